/*
 * codes: what the API's codes are called, one table an enum of the API.
 *
 * Each is a Record of the generated type, so that a code that the server gains has no name until it
 * is given one here, and the build says so.
 */
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
