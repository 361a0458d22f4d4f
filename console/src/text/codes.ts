/*
 * codes: what the API's codes are called, one table an enum of the API.
 *
 * Each is a Record of the generated type, so that a code that the server gains has no name until it
 * is given one here, and the build says so.
 */
import type { Schemas } from '../api/client';
import type { Pair } from '../app/language';

export type Verdict = 'allow' | 'remind' | 'warn' | 'block';

export const roles: Readonly<Record<string, Pair>> = {
  sales: ['顾问', 'matchmaker'],
  manager: ['店长', 'manager'],
  compliance: ['合规', 'compliance'],
  officer: ['经办人', 'officer'],
  approver: ['审批人', 'approver'],
  examiner: ['考官', 'examiner'],
  auditor: ['审计员', 'auditor'],
  operator: ['操作员', 'operator'],
  person: ['本人', 'person'],
};

export const labels: Readonly<Record<Schemas['RuleHead']['label'], Pair>> = {
  law: ['法律法规', 'law'],
  platform: ['行业或平台规则', 'rule of the trade or platform'],
  design: ['门神的选择', 'menshen’s own choice'],
};

export const makers: Readonly<Record<Schemas['RuleHead']['changed_by'], Pair>> = {
  legislator: ['立法机关', 'the legislator'],
  platform: ['行业协会或平台', 'the association or platform'],
  host: ['本系统的运行者（通过规则包）', 'whoever runs this gate, by a rule pack'],
};
