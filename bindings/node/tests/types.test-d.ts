// What the declarations promise, checked by `tsc --noEmit`; nothing here runs.
import { open, check, CasewiseError, InputError, ModelError } from '../index';
import type { BatchResult, CaseStatus, Decision, DecisionShape, Gate, Model, Offer, Truth } from '../index';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<T extends true>(): T | undefined {
  return undefined;
}
/** A type that `any` is not. */
type NotAny<T> = 0 extends 1 & T ? false : true;

const model = open('model.cw', { params: { often: 5, pause: '30 days' } });
same<Equal<typeof model, Model>>();

interface Customer { id: string; born: Date; tags: Set<string>; spent: bigint }
declare const customer: Customer;
const decision = model.decide(customer, {
  now: new Date(),
  context: new Map([['touchpoint', 'counter']]),
  events: { recharge: [{ at: new Date(), amount: '12.50' }], contact: [] },
  lists: { blocked: new Set(['c7']), vip: true },
  remaining: { quota: { gift: 1 }, budget: { gift: { cost: '12.50' } } },
});
same<Equal<typeof decision, Decision>>();
same<NotAny<(typeof decision)['scores'][string]>>();
same<NotAny<ReturnType<Decision['toJSON']>>>();

// @ts-expect-error `now` is not left to the clock
model.decide(customer, {});
// @ts-expect-error text is not a subject
model.decide('c1', { now: '2026-11-22' });
// @ts-expect-error a name is misspelt
model.decide(customer, { now: '2026-11-22', event: {} });

export function told(status: CaseStatus): string {
  switch (status.status) {
    case 'offered':
      return 'yes';
    case 'outranked':
      return `${status.by} ${status.of ?? ''}`;
    case 'held_out':
      return status.by ?? 'holdout';
    case 'ineligible':
      if (status.outcome === 'unknown') {
        const missing: readonly string[] = status.missing ?? [];
        return missing.join();
      }
      // @ts-expect-error only what is unknown has missing inputs
      void status.missing;
      same<Equal<typeof status.gate, Gate>>();
      return status.failed.join();
    default: {
      const nothing: never = status;
      return nothing;
    }
  }
}

interface Shape extends DecisionShape {
  readonly case: 'trial' | 'bundle';
  readonly channel: 'sms';
  readonly segment: 'adults';
  readonly gates: 'contactable';
  readonly scores: { readonly worth: number | null };
}
declare const typed: Decision<Shape>;
same<Equal<(typeof typed.offers)[number], Offer<Shape>>>();
same<Equal<typeof typed.scores.worth, number | null>>();
same<Equal<typeof typed.gates.contactable, Truth>>();
const trial: CaseStatus<Shape> = typed.cases.trial;
void trial;
// @ts-expect-error no such case
typed.why('trail');
// @ts-expect-error parts are frozen
typed.segments.push('adults');

const wanted: Model<Customer, Shape> = open<Model<Customer, Shape>>('model.cw');
// @ts-expect-error not a customer
wanted.decide({ id: 'c1' }, { now: '2026-11-22' });

export async function batches(source: AsyncIterable<Customer[]>, bytes: Uint8Array): Promise<void> {
  const result = await model.decideBatch([customer], { now: '2026-11-22', lists: { blocked: new Set(['c7']) }, signal: AbortSignal.timeout(5) });
  same<Equal<typeof result, BatchResult>>();
  for (const one of result) same<Equal<typeof one, Decision>>();
  const columns = await model.decideBatch(bytes, { now: '2026-11-22', events: { recharge: bytes }, progress: (rows: number) => void rows });
  same<Equal<typeof columns.decisions, Uint8Array>>();
  // @ts-expect-error beside columns, events are columns too
  await model.decideBatch(bytes, { now: '2026-11-22', events: { recharge: [{ id: 'c1' }] } });
  for await (const batch of wanted.decideBatches(source, { now: '2026-11-22' })) void batch.rejects[0]?.row;
}

export function reasons(of: Decision<Shape>): readonly string[] {
  const why = of.why('trial').data;
  same<NotAny<(typeof why)['gates'][number]['clauses'][number]['condition']>>();
  if (why.status === 'outranked') same<Equal<typeof why.of, Shape['case'] | undefined>>();
  const closed = why.gates.flatMap((gate) => gate.clauses).filter((clause) => clause.outcome !== 'true');
  return closed.map((clause) => clause.message ?? clause.text ?? clause.id);
}

export async function learn(): Promise<void> {
  const { parameters, rejects } = await wanted.fit([customer], { now: '2026-11-22', events: { buy: [] }, earlier: '{}' });
  same<Equal<typeof parameters, string>>();
  const { drift } = await open('model.cw', { parameters }).drift([customer], { now: '2026-11-22' });
  for (const { psi, ks } of drift) void (psi > (ks ?? 0) && rejects[0]?.message);
  const changed: boolean = await model.reloadAsync();
  void changed;
}

try {
  check('');
} catch (error) {
  if (error instanceof InputError) same<Equal<typeof error.row, number | null>>();
  if (error instanceof ModelError) for (const found of error.diagnostics) void (found.severity === 'error');
  if (error instanceof CasewiseError && error.code === 'CASEWISE_FILE') void error.cause;
}
