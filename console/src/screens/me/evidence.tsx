/* Evidence: files that go with a complaint, each sent as it is. */
import { api } from '../../api/client';
import { say } from '../../app/language';
import { w } from '../../text/me';

export const EVIDENCE_MAX = 8 * 1024 * 1024;
const ACCEPT = 'image/jpeg,image/png,image/webp,application/pdf,audio/*,video/mp4,text/plain';

export function EvidenceFiles({ files, set }: { files: readonly File[]; set: (f: readonly File[]) => void }) {
  return (
    <div class="field">
      <label for="evidence">{say(w.evidence)}</label>
      <p class="field-hint" id="evidence-hint">
        {say(w.evidenceHint)}
      </p>
      <input
        id="evidence"
        type="file"
        multiple
        accept={ACCEPT}
        aria-describedby="evidence-hint"
        onChange={(e) => {
          const chosen = [...(e.currentTarget.files ?? [])].filter((f) => f.size <= EVIDENCE_MAX);
          set([...files, ...chosen].slice(0, 10));
          e.currentTarget.value = '';
        }}
      />
      <ul class="me-items">
        {files.map((f, i) => (
          <li key={`${f.name} ${f.size}`}>
            {f.name}
            <button type="button" class="plain" onClick={() => set(files.filter((_, k) => k !== i))}>
              <span aria-hidden="true">×</span>
              <span class="unseen">{say(w.remove, { what: f.name })}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Send them one by one; the names of those that were not taken. */
export async function sendEvidence(complaint: string, files: readonly File[]): Promise<string[]> {
  const lost: string[] = [];
  for (const file of files) {
    const sent = await api
      .POST('/v1/me/complaints/{id}/evidence', {
        params: { path: { id: complaint } },
        body: file,
        bodySerializer: (body) => body as File,
        headers: { 'Content-Type': 'application/octet-stream' },
      })
      .catch(() => undefined);
    if (!sent?.response.ok) lost.push(file.name);
  }
  return lost;
}
