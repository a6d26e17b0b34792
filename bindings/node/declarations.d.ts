/**
 * Customer decisions as code: one text, a model, says who the customers are, what they are worth and which
 * marketing cases they may get, through which channel, in what order, and why.
 *
 * Names inside data (`rank_value`, `held_out`) are those of every language that casewise speaks.
 *
 * @packageDocumentation
 */

/** A value that a model reads: a scalar, or for a set an iterable of scalars. */
export type Scalar = string | number | bigint | boolean | null | undefined | Date | { toJSON(): unknown };

/** A value of an attribute or field. */
export type Value = Scalar | Iterable<Scalar>;

/**
 * Names and values: an object of any class, or a `Map`. Only what the model declares is read.
 * `object` and not an index signature, so that interfaces and class instances fit too.
 */
export type Record = object | ReadonlyMap<string, Value>;

/** A value that a decision says. Decimals, dates, times and labels are text; `null` is missing. */
export type Said = null | boolean | number | bigint | string | readonly Said[] | { readonly [name: string]: Said };

/** Parts by name, as an object or a `Map`. */
export type ByName<T> = { readonly [name: string]: T | null | undefined } | ReadonlyMap<string, T | null | undefined>;

/** What comes with a subject. What a model reads must be supplied, even where it is empty. */
export interface DecideOptions<Context extends Record = Record, Events = ByName<Iterable<Record>>> {
  /** The instant of the decision: a `Date`, RFC 3339, or a date or local time in the model's zone. */
  readonly now: Date | string;
  /** What the request brings. */
  readonly context?: Context | null | undefined;
  /** The subject's events and rows by table, in any order. Past contacts are the events `contact`. */
  readonly events?: Events | null | undefined;
  /** By list: its keys, or whether this subject is in it (which costs nothing, however long the list). */
  readonly lists?: ByName<boolean | Iterable<string | number | bigint>> | null | undefined;
  /** What is left of quotas, capacities and budgets; what is absent is not limited. */
  readonly remaining?: Remaining | null | undefined;
  /** The name of the `decide` to use, instead of the first whose `when` holds. */
  readonly decide?: string | null | undefined;
}

/** What is left of quotas, capacities and budgets. */
export interface Remaining {
  /** Units by case. */
  readonly quota?: { readonly [case_: string]: number | bigint };
  /** Contacts by channel. */
  readonly capacity?: { readonly [channel: string]: number | bigint };
  /** Amounts by case and property. */
  readonly budget?: { readonly [case_: string]: { readonly [property: string]: number | string } };
}

/** How a model is opened. */
export interface OpenOptions {
  /** Values for params of the model, as in its text: `5`, `"30 days"`. */
  readonly params?: ByName<string | number | bigint | boolean>;
  /** What `casewise fit` or {@link Model.fit} wrote: the path of the file, its text, or the object that the text is. */
  readonly parameters?: string | URL | object;
}

/** Where a model is read from: a path, a text (it has a brace or a line break), or texts by name, the root first. */
export type Source = string | URL | ByName<string>;

/**
 * Opens a model.
 *
 * @throws {@link ModelError} the text is not valid: every error is told at once
 * @throws {@link ParametersError} `parameters` are not those of this model
 * @throws {@link CasewiseError} with code `CASEWISE_FILE`: the file cannot be read
 * @example
 * const model = open('model m { language 1 } customer { key id: text; age: int } case adults { for age >= 18 }');
 * model.decide({ id: 'c1', age: 30 }, { now: '2026-11-22' }).offers[0].case; // 'adults'
 */
export function open<M extends Model = Model>(source: Source, options?: OpenOptions): M;

/**
 * Opens a model file and reloads it when it or what it includes changes. While the text does not check, the model
 * stays as it was.
 *
 * @throws as {@link open}
 */
export function watch<M extends Model = Model>(path: string | URL, options?: WatchOptions<M>): Watcher<M>;

/** How a model is watched. */
export interface WatchOptions<M extends Model = Model> extends OpenOptions {
  /** Called when another model is in force. */
  readonly onReload?: (model: M) => void;
  /** Called with what is wrong with the new text. */
  readonly onError?: (error: Error) => void;
}

/** A model that follows its files. It does not keep the process alive. */
export class Watcher<M extends Model = Model> {
  private constructor();
  /** The model in force: always the same object, whatever it was reloaded to. */
  readonly model: M;
  /** Stops to watch. */
  close(): void;
}

/**
 * {@rust casewise/text check}
 * @param name stands in messages
 */
export function check(text: string, name?: string): Diagnostic[];

/**
 * {@rust casewise/text format}
 */
export function format(text: string, name?: string): string;

/** {@rust casewise/text explain_code} */
export function explainCode(code: string): string | undefined;

/** The version of casewise: of this package and its engine. */
export const version: string;

/** The version of the language that this package reads: what `language 1` in a model means. */
export const languageVersion: number;

/**
 * A model, ready to decide. `S`, `D` and `O` are written by `casewise types MODEL --format typescript`; without
 * them any object is taken.
 */
export class Model<
  S extends Record = Record,
  D extends DecisionShape = DecisionShape,
  O extends DecideOptions = DecideOptions,
> {
  private constructor();
  /** {@rust casewise/model Model::name} */
  readonly name: string;
  /** {@rust casewise/model Model::version} */
  readonly version: string;
  /** {@rust casewise/model Model::title} */
  readonly title: string | null;
  /** {@rust casewise/model Model::fingerprint} */
  readonly fingerprint: string;
  /** {@rust casewise/model Model::subject_name} */
  readonly subjectName: string;
  /** {@rust casewise/model Model::key_name} */
  readonly keyName: string;
  /** The cases with their titles, in the order of the model. */
  readonly cases: { readonly [name: string]: string | null };
  /** The files that it was read from, the root first. */
  readonly files: readonly string[];
  /** {@rust casewise/model Model::warnings} */
  readonly warnings: readonly Diagnostic[];

  /**
   * Decides for one subject. It takes microseconds, so it does not leave the thread.
   *
   * {@errors casewise/model Model::decide}
   */
  decide(subject: S, options: O): Decision<D>;

  /**
   * Decides one input of JSON text, `{"now": …, "customer": {…}, "context": …, "events": …}`; the answer is the
   * decision's JSON, as every language writes it.
   *
   * @throws as {@link Model.decide}
   */
  decideJson(text: string): string;

  /**
   * {@rust casewise/model Model::prepare}
   */
  prepare(subject: S, options: O): Prepared<D>;

  /**
   * Decides many subjects, off this thread. Quotas, capacities and budgets are shared among them. A bad row is
   * rejected with its reason, and the others go on.
   *
   * @param rows an iterable or async iterable of subjects, or a text of JSON lines
   * @throws {@link RequestError} an unknown name, an unreadable `now`
   * @throws {@link InputError} an event or a list that cannot be read
   * @throws the reason of the signal, where it is aborted
   */
  decideBatch(rows: Rows<S>, options: BatchOptions<O, Rows>): Promise<BatchResult<D>>;
  /** As above, from Arrow IPC to Arrow IPC, on all cores: `docs/batches.md` says what the columns are. */
  decideBatch(rows: Uint8Array | ArrayBuffer, options: BatchOptions<O, Uint8Array | ArrayBuffer>): Promise<ArrowResult<Uint8Array>>;
  /** As above, with tables of the package `apache-arrow`, which must be installed. */
  decideBatch<T extends ArrowTable>(rows: T, options: BatchOptions<O, T>): Promise<ArrowResult<T>>;

  /**
   * Decides one batch after another, for inputs larger than memory; each is as of {@link Model.decideBatch}.
   *
   * @throws {@link RequestError} customers compete for a quota, a capacity or a budget: they need one batch
   */
  decideBatches(
    source: Iterable<Rows<S>> | AsyncIterable<Rows<S>>,
    options: BatchOptions<O, Rows>,
  ): AsyncGenerator<BatchResult<D>, void, undefined>;
  /** As above, from Arrow IPC to Arrow IPC. */
  decideBatches(
    source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: BatchOptions<O, Uint8Array | ArrayBuffer>,
  ): AsyncGenerator<ArrowResult<Uint8Array>, void, undefined>;

  /**
   * Learns what the model says is to be learned, from what happened strictly before `now`, off this thread.
   *
   * {@errors casewise/fit Model::fit}
   * @param rows as of {@link Model.decideBatch}, but not columns
   */
  fit(rows: Rows<S>, options: FitOptions<O>): Promise<Fit>;

  /**
   * {@rust casewise/fit Model::drift}
   * @param rows as of {@link Model.fit}
   */
  drift(rows: Rows<S>, options: BatchOptions<O, Rows>): Promise<DriftResult>;

  /** {@rust casewise/model Model::run_tests} */
  test(filter?: string | null): TestResult[];

  /** {@rust casewise/model Model::requirements} */
  requirements(): Requirements;

  /**
   * Reads the source again, and swaps in one step. Decisions already made stay as they are.
   *
   * @returns whether the model is another one now
   * @throws as {@link open}; the model then stays as it was
   */
  reload(): boolean;

  /** As {@link Model.reload}, but reads and checks off this thread: other work goes on, also for a large model. */
  reloadAsync(): Promise<boolean>;

  /** What the model says of itself. */
  toJSON(): Said;
}

/** Rows of a batch: subjects, or a text of JSON lines. */
export type Rows<S extends Record = Record> = Iterable<S> | AsyncIterable<S> | string;

/** What a table of `apache-arrow` is known by. */
export interface ArrowTable {
  readonly batches: readonly unknown[];
  readonly schema: object;
}

/** What comes with a batch. Events carry the key of their subject, under the name of the key attribute. */
export type BatchOptions<O extends DecideOptions = DecideOptions, R = Rows> = Omit<O, 'events' | 'lists'> & {
  /** Events and rows of all subjects by table. */
  readonly events?: ByName<R> | null | undefined;
  /** Keys by list. */
  readonly lists?: ByName<R extends Rows ? Iterable<string | number | bigint> : R> | null | undefined;
  /** Stops the batch; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called now and then with the number of rows done. */
  readonly progress?: (rows: number) => void;
};

/** The decisions of a batch, in the order of the rows; each is converted when it is read. */
export class BatchResult<D extends DecisionShape = DecisionShape> implements Iterable<Decision<D>> {
  private constructor();
  /** How many are decided. */
  readonly length: number;
  /** Rows that were not, in their order. */
  readonly rejects: readonly Reject[];
  /** One decision; from the end where the index is negative. */
  at(index: number): Decision<D> | undefined;
  [Symbol.iterator](): Generator<Decision<D>, void, undefined>;
}

/** A row that was not decided, and why. */
export interface Reject {
  /** From 0. */
  readonly row: number;
  readonly key: string | null;
  readonly table: string | null;
  /** The event that does not fit, from 0 among those given. */
  readonly event: number | null;
  readonly attribute: string | null;
  readonly value: string | null;
  readonly expected: string | null;
  readonly message: string;
}

/** The decisions and rejects of a batch of columns. */
export interface ArrowResult<T> {
  readonly decisions: T;
  readonly rejects: T;
}

/** What comes with the subjects that are learned from. */
export type FitOptions<O extends DecideOptions = DecideOptions> = BatchOptions<O, Rows> & {
  /** What was learned before: clusters keep their names, or the fit is refused. */
  readonly earlier?: string;
};

/** What was learned. */
export interface Fit {
  /** What {@link OpenOptions} take as `parameters`. The same data give the same bytes. */
  readonly parameters: string;
  /** {@rust casewise/fit Fit::warnings} */
  readonly warnings: readonly string[];
  /** Rows that were not learned from, in their order. */
  readonly rejects: readonly Reject[];
}

/** How far scores and attributes have moved since a fit. */
export interface DriftResult {
  readonly drift: readonly Drift[];
  /** Rows that were not looked at, in their order. */
  readonly rejects: readonly Reject[];
}

// @struct casewise/fit Drift
export interface Drift {
}

/** A subject and what comes with it, read once. */
export class Prepared<D extends DecisionShape = DecisionShape> {
  private constructor();
  /** {@rust casewise/prepared Prepared::key} */
  readonly key: string;
  /** Decides for the subject as it was read, with the model as it was then. */
  decide(): Decision<D>;
}

/** The names and types of what a model's decisions say. */
export interface DecisionShape {
  readonly case: string;
  readonly channel: string;
  readonly segment: string;
  readonly scores: { readonly [name: string]: Said };
  readonly values: { readonly [name: string]: Said };
  readonly gates: string;
  readonly properties: { readonly [name: string]: Said };
}

/** What was decided for one subject. Each part is converted when it is first read, and frozen. */
export class Decision<D extends DecisionShape = DecisionShape> {
  private constructor();
  /** {@rust casewise/decision Decision::key} */
  readonly key: string;
  /** {@rust casewise/decision Decision::now} */
  readonly now: string;
  /** {@rust casewise/decision Decision::decided_by} */
  readonly decidedBy: string | null;
  /**
   * {@rust casewise/decision Decision::offers}
   * None at all is an answer, not an error.
   */
  readonly offers: readonly Offer<D>[];
  /**
   * {@rust casewise/decision Decision::scores}
   * What has parts (rfm, cluster, lifetime) is an object of them.
   */
  readonly scores: D['scores'];
  /** {@rust casewise/decision Decision::values} */
  readonly values: D['values'];
  /** {@rust casewise/decision Decision::segments} */
  readonly segments: readonly D['segment'][];
  /** What every gate says. */
  readonly gates: { readonly [name in D['gates']]: Truth };
  /** {@rust casewise/decision Decision::cases} */
  readonly cases: { readonly [name in D['case']]: CaseStatus<D> };
  /** What became of one case, without converting the others. */
  case(name: D['case']): CaseStatus<D> | undefined;
  /**
   * {@first casewise/explanation Explanation}
   *
   * @throws {@link RequestError} the model declares no such case
   */
  why(name: D['case']): Explanation<D>;
  /** The whole decision as data. */
  toJSON(): DecisionData<D>;
  /** The whole decision as one line of JSON text, as every language writes it. */
  toJsonLine(): string;
}

// @struct casewise-core/row/report Report
/** A decision as data: what `JSON.stringify` writes. */
export interface DecisionData<D extends DecisionShape = DecisionShape> {
  readonly scores: D['scores'];
  readonly values: D['values'];
  readonly segments: readonly D['segment'][];
  readonly offers: readonly Offer<D>[];
  readonly gates: { readonly [name in D['gates']]: Truth };
  readonly cases: { readonly [name in D['case']]: CaseStatus<D> };
  readonly model: Provenance;
}

// @struct casewise-core/row/report Provenance
export interface Provenance {
  readonly overrides?: { readonly [param: string]: Said };
}

/** Three-valued: what is unknown opens no gate. */
export type Truth = 'true' | 'false' | 'unknown';

// @struct casewise-core/row/report OfferReport
export interface Offer<D extends DecisionShape = DecisionShape> {
  readonly case: D['case'];
  readonly channel?: D['channel'];
  readonly rank_value: null | number | bigint | string;
  readonly offer?: { readonly [name: string]: Said };
  readonly with?: D['properties'];
  readonly uncounted?: true;
}

/** What became of a case; `status` tells which. */
export type CaseStatus<D extends DecisionShape = DecisionShape> =
  | Offered
  | Outranked<D>
  | HeldOut
  | Ineligible
  | Unknown;

// @struct casewise-core/row/report CaseReport: status trial
/** It is among the offers. */
export interface Offered {
  /** It is among the offers. */
  readonly status: 'offered';
  readonly trial?: true;
}

// @struct casewise-core/row/report CaseReport: status by of trial
/** Another case stood in its way, or a limit. */
export interface Outranked<D extends DecisionShape = DecisionShape> {
  /** Another case stood in its way, or a limit. */
  readonly status: 'outranked';
  /** By what rule. */
  readonly by: 'exclusive' | 'per_group' | 'cap' | 'channels' | 'top' | 'quota' | 'capacity' | 'budget';
  readonly of?: D['case'];
  readonly trial?: true;
}

// @struct casewise-core/row/report CaseReport: status by trial
/** It would have been offered; the subject is in a control group. */
export interface HeldOut {
  /** It would have been offered; the subject is in a control group. */
  readonly status: 'held_out';
  /** In the control group of the whole decision, and not of this case alone. */
  readonly by?: 'control';
  readonly trial?: true;
}

/** The gates of a case, in the order in which they are tested. */
export type Gate = 'status' | 'runs' | 'for' | 'require' | 'exclude' | 'contacts' | 'channels';

// @struct casewise-core/row/report CaseReport: status outcome gate failed trial
/** A gate is closed. */
export interface Ineligible {
  /** The case is not for this subject, or not now. */
  readonly status: 'ineligible';
  /** A gate is closed. */
  readonly outcome: 'false';
  /** The first closed gate. */
  readonly gate: Gate;
  /** Every clause that is not true, by its id. */
  readonly failed: readonly string[];
  readonly trial?: true;
}

// @struct casewise-core/row/report CaseReport: status outcome gate failed missing trial
/** No gate is closed, and not all are known to be open. */
export interface Unknown {
  /** The case is not for this subject, or not now. */
  readonly status: 'ineligible';
  /** No gate is closed, and not all are known to be open. */
  readonly outcome: 'unknown';
  /** The first unknown gate. */
  readonly gate: Gate;
  /** Every clause that is not true, by its id. */
  readonly failed: readonly string[];
  readonly missing?: readonly string[];
  readonly trial?: true;
}

/** Why a case is offered, or is not: for people as text (`String(why)`), for programs as data. */
export class Explanation<D extends DecisionShape = DecisionShape> {
  private constructor();
  /** Every gate and clause with what was observed and what is required. */
  readonly data: ExplanationData<D>;
  /** As a terminal shows it. */
  toString(): string;
  /** The data: what `JSON.stringify` writes. */
  toJSON(): ExplanationData<D>;
}

/** {@first casewise/explanation Explanation} */
export type ExplanationData<D extends DecisionShape = DecisionShape> = ExplainedCase & CaseStatus<D>;

// @struct casewise-core/row/explain/mod Explanation
/** What an explanation has beside the status of its case. */
export interface ExplainedCase {
}

// @struct casewise-core/row/explain/mod GateExplanation
export interface GateExplanation {
  readonly gate: Gate;
  readonly outcome: Truth;
}

// @struct casewise-core/row/explain/mod ClauseExplanation
export interface ClauseExplanation {
  readonly outcome: Truth;
}

// @struct casewise-core/row/explain/condition Condition
export interface Condition {
  readonly outcome: Truth;
}

// @struct casewise-core/row/explain/mod ContactExplanation
export interface ContactExplanation {
  readonly outcome: Truth;
}

// @struct casewise-core/row/explain/mod ChannelExplanation
export interface ChannelExplanation {
  readonly outcome: Truth;
}

// @struct casewise-core/row/explain/mod WalkExplanation
export interface WalkExplanation {
}

// @struct casewise-core/row/explain/change/mod Change
export interface Change {
}

// @struct casewise-core/row/explain/change/mod Changed
export interface Changed {
}

// @struct casewise-core/row/explain/scores ScoreExplanation
export interface ScoreExplanation {
}

// @struct casewise-core/row/explain/scores PointsExplanation
export interface PointsExplanation {
}

// @struct casewise-core/row/explain/scores Reason
export interface Reason {
}

// @struct casewise-core/row/explain/mod Place
export interface Place {
}

// @struct casewise-core/row/testing TestResult
/** {@rust casewise/testing TestResult} */
export interface TestResult {
}

// @struct casewise-core/row/testing Failure
export interface TestFailure {
}

// @struct casewise-core/row/requirements Requirements
export interface Requirements {
}

// @struct casewise-core/row/requirements InputRequirement
export interface InputRequirement {
}

// @struct casewise-core/row/requirements TableRequirement
export interface TableRequirement {
  readonly kind: 'events' | 'dated events' | 'rows';
}

// @struct casewise-core/row/requirements ListRequirement
export interface ListRequirement {
}

// @struct casewise-core/row/requirements RemainingRequirement
export interface RemainingRequirement {
  readonly kind: 'quota' | 'capacity' | 'budget';
}

// @struct casewise-core/diagnostic/render DiagnosticData
/** One thing that the checker has to say. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
}

// @struct casewise-core/diagnostic/render RelatedData
export interface RelatedPlace {
}

/** What kind of error it is; stable. */
export type ErrorCode =
  | 'CASEWISE_MODEL'
  | 'CASEWISE_INPUT'
  | 'CASEWISE_REQUEST'
  | 'CASEWISE_PARAMETERS'
  | 'CASEWISE_FIT'
  | 'CASEWISE_FILE';

/** What casewise throws. With code `CASEWISE_FILE`: a file cannot be read. */
export class CasewiseError extends Error {
  readonly code: ErrorCode;
}

/**
 * {@rust casewise/error Error::is_model}
 * The message is the whole report.
 */
export class ModelError extends CasewiseError {
  readonly code: 'CASEWISE_MODEL';
  /** {@rust casewise/error Error::diagnostics} */
  readonly diagnostics: readonly Diagnostic[];
}

/** {@rust casewise/error Error::is_input} */
export class InputError extends CasewiseError {
  readonly code: 'CASEWISE_INPUT';
  /** {@rust casewise/error Error::key} */
  readonly key: string | null;
  /** The events or rows that do not fit, if it is they. */
  readonly table: string | null;
  /** Which of them, from 0, in the order given. */
  readonly row: number | null;
  /** {@rust casewise/error Error::attribute} */
  readonly attribute: string | null;
  /** {@rust casewise/error Error::value} */
  readonly value: string | null;
  /** {@rust casewise/error Error::expected} */
  readonly expected: string | null;
  /** {@rust casewise/error Error::help} */
  readonly help: string | null;
}

/** {@rust casewise/error Error::is_request} */
export class RequestError extends CasewiseError {
  readonly code: 'CASEWISE_REQUEST';
}

/** {@rust casewise/error Error::is_parameters} */
export class ParametersError extends CasewiseError {
  readonly code: 'CASEWISE_PARAMETERS';
}

/** {@rust casewise/error Error::is_fit} */
export class FitError extends CasewiseError {
  readonly code: 'CASEWISE_FIT';
  /** Rows that could not be learned from, in their order. */
  readonly rejects: readonly Reject[];
}
