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
  /** What `casewise fit` wrote: its text, or the object that the text is. */
  readonly parameters?: string | object;
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
export function open(source: Source, options?: OpenOptions): Model;

/**
 * Everything that the checker has to say about a text, errors and warnings, in its order.
 *
 * @param name stands in messages
 */
export function check(text: string, name?: string): Diagnostic[];

/**
 * The canonical form of a text; comments are kept.
 *
 * @throws {@link ModelError} it cannot be read as a model
 */
export function format(text: string, name?: string): string;

/** The page of a diagnostic code, in Markdown. */
export function explainCode(code: string): string | undefined;

/** The version of casewise. */
export const version: string;

/** The version of the language: what `language 1` in a model means. */
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
  readonly name: string;
  /** Empty if none is written. */
  readonly version: string;
  readonly title: string | null;
  /** A hash of the canonical text, 16 hex digits: comments and layout do not change it. */
  readonly fingerprint: string;
  /** What is decided about: `customer`, or the name after `subject`. */
  readonly subjectName: string;
  /** The key attribute. */
  readonly keyName: string;
  /** The cases with their titles, in the order of the model. */
  readonly cases: { readonly [name: string]: string | null };
  /** Warnings of the checker. */
  readonly warnings: readonly Diagnostic[];

  /**
   * Decides for one subject. It takes microseconds, so it does not leave the thread.
   *
   * @throws {@link InputError} the subject or what comes with it does not fit
   * @throws {@link RequestError} an unknown name, an unreadable `now`
   * @throws {@link ParametersError} a learned part has no parameters
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
   * Reads a subject and what comes with it once, to decide later or many times.
   *
   * @throws as {@link Model.decide}
   */
  prepare(subject: S, options: O): Prepared<D>;

  /** Runs the tests inside the model, or those whose title contains `filter`. */
  test(filter?: string | null): TestResult[];

  /** What a caller must supply. */
  requirements(): Requirements;

  /**
   * Reads the source again, and swaps in one step. Decisions already made stay as they are.
   *
   * @returns whether the model is another one now
   * @throws as {@link open}; the model then stays as it was
   */
  reload(): boolean;

  toJSON(): Said;
}

/** A subject and what comes with it, read once. */
export class Prepared<D extends DecisionShape = DecisionShape> {
  private constructor();
  readonly key: string;
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
  /** The subject's key, as text. */
  readonly key: string;
  /** The instant, RFC 3339 in UTC. */
  readonly now: string;
  /** Which `decide` counted, if it has a name. */
  readonly decidedBy: string | null;
  /** Best first. An empty decision is an answer, not an error. */
  readonly offers: readonly Offer<D>[];
  /** Scores: values, or parts by name. */
  readonly scores: D['scores'];
  /** The `let`s. */
  readonly values: D['values'];
  /** The segments that the subject is known to be in. */
  readonly segments: readonly D['segment'][];
  /** What every gate says. */
  readonly gates: { readonly [name in D['gates']]: Truth };
  /** What became of every case. */
  readonly cases: { readonly [name in D['case']]: CaseStatus<D> };
  /** What became of one case, without converting the others. */
  case(name: D['case']): CaseStatus<D> | undefined;
  /**
   * Why a case is offered, or is not.
   *
   * @throws {@link RequestError} the model declares no such case
   */
  why(name: D['case']): Explanation;
  /** The whole decision as data. */
  toJSON(): DecisionData<D>;
  /** The whole decision as one line of JSON text, as every language writes it. */
  toJsonLine(): string;
}

/** A decision as data: what `JSON.stringify` writes. */
export interface DecisionData<D extends DecisionShape = DecisionShape> {
  readonly id: string;
  readonly now: string;
  readonly decide?: string;
  readonly scores: D['scores'];
  readonly values: D['values'];
  readonly segments: readonly D['segment'][];
  readonly offers: readonly Offer<D>[];
  readonly gates: { readonly [name in D['gates']]: Truth };
  readonly cases: { readonly [name in D['case']]: CaseStatus<D> };
  readonly model: Provenance;
}

/** Enough to replay a decision. */
export interface Provenance {
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly parameters?: string;
  readonly language: number;
  readonly overrides?: { readonly [param: string]: Said };
  readonly tzdata: string;
}

/** Three-valued: what is unknown opens no gate. */
export type Truth = 'true' | 'false' | 'unknown';

/** An offer. */
export interface Offer<D extends DecisionShape = DecisionShape> {
  readonly case: D['case'];
  /** From 1. */
  readonly rank: number;
  readonly title?: string;
  /** Absent where the model declares no channel. */
  readonly channel?: D['channel'];
  /** What it was ranked by. */
  readonly rank_value: null | number | bigint | string;
  readonly variant?: string;
  /** What is offered. */
  readonly offer?: { readonly [name: string]: Said };
  /** What the case carries. */
  readonly with?: D['properties'];
  /** The contact is to be recorded with `counted: false`. */
  readonly uncounted?: true;
}

/** What became of a case; `status` tells which. */
export type CaseStatus<D extends DecisionShape = DecisionShape> =
  | Offered
  | Outranked<D>
  | HeldOut
  | Ineligible
  | Unknown;

interface Tried {
  /** The case is on trial: the status is the one it would have had. */
  readonly trial?: true;
}

/** It is among the offers. */
export interface Offered extends Tried {
  readonly status: 'offered';
}

/** Another case stood in its way, or a limit. */
export interface Outranked<D extends DecisionShape = DecisionShape> extends Tried {
  readonly status: 'outranked';
  /** By what rule. */
  readonly by: 'exclusive' | 'per_group' | 'cap' | 'channels' | 'top' | 'quota' | 'capacity' | 'budget';
  /** The case that stood in its way, where it was one. */
  readonly of?: D['case'];
}

/** It would have been offered; the subject is in its control group. */
export interface HeldOut extends Tried {
  readonly status: 'held_out';
  /** In the control group of the whole decision. */
  readonly by?: 'control';
}

/** The gates of a case, in the order in which they are tested. */
export type Gate = 'status' | 'runs' | 'for' | 'require' | 'exclude' | 'contacts' | 'channels';

/** A gate is closed. */
export interface Ineligible extends Tried {
  readonly status: 'ineligible';
  readonly outcome: 'false';
  /** The first closed gate. */
  readonly gate: Gate;
  /** Every clause that is not true. */
  readonly failed: readonly string[];
}

/** No gate is closed, and not all are known to be open. */
export interface Unknown extends Tried {
  readonly status: 'ineligible';
  readonly outcome: 'unknown';
  /** The first unknown gate. */
  readonly gate: Gate;
  /** Every clause that is not true. */
  readonly failed: readonly string[];
  /** The inputs that are missing. */
  readonly missing?: readonly string[];
}

/** Why a case is offered, or is not: for people as text, for programs as data. */
export class Explanation {
  private constructor();
  readonly data: { readonly [name: string]: Said };
  toString(): string;
  toJSON(): { readonly [name: string]: Said };
}

/** What one `test` of a model gave. */
export interface TestResult {
  readonly title: string;
  readonly file: string;
  readonly line: number;
  /** Empty: it passed. */
  readonly failures: readonly TestFailure[];
}

/** An expectation that does not hold. */
export interface TestFailure {
  readonly expected: string;
  readonly actual: string;
  readonly why?: string;
  readonly line: number;
}

/** What a caller must supply. */
export interface Requirements {
  readonly key: string;
  readonly attributes: readonly InputRequirement[];
  readonly context: readonly InputRequirement[];
  readonly tables: readonly {
    readonly name: string;
    readonly kind: 'events' | 'dated events' | 'rows';
    readonly fields: readonly InputRequirement[];
    /** How far back it is read: a length, or `all`. */
    readonly look_back?: string;
    readonly used_by: readonly string[];
  }[];
  readonly lists: readonly { readonly name: string; readonly used_by: readonly string[] }[];
  readonly remaining: readonly {
    readonly kind: 'quota' | 'capacity' | 'budget';
    readonly of: string;
    readonly property?: string;
  }[];
}

/** An attribute, or a field of the context or of a table. */
export interface InputRequirement {
  readonly name: string;
  /** Its name in the data. */
  readonly column: string;
  /** As the model writes it. */
  readonly type: string;
  readonly required: boolean;
  readonly used_by?: readonly string[];
}

/** One thing that the checker has to say. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file: string;
  /** From 1, as `column` and the ends are. */
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
  readonly label: string;
  readonly related: readonly RelatedPlace[];
  readonly help: readonly string[];
  /** As a terminal shows it. */
  readonly rendered: string;
}

/** Another place that a diagnostic points at. */
export interface RelatedPlace {
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
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

/** A model's text is not valid. The message is the whole report. */
export class ModelError extends CasewiseError {
  readonly code: 'CASEWISE_MODEL';
  /** Every error and warning, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A subject, or what comes with it, does not fit the model. */
export class InputError extends CasewiseError {
  readonly code: 'CASEWISE_INPUT';
  /** The key of the subject, if it was readable. */
  readonly key: string | null;
  /** The events or rows that do not fit, if it is they. */
  readonly table: string | null;
  /** Which of them, from 0. */
  readonly row: number | null;
  /** The attribute or field. */
  readonly attribute: string | null;
  /** What was given, shortened; `null` if nothing was. */
  readonly value: string | null;
  readonly expected: string | null;
  /** What to do, where there is something to say. */
  readonly help: string | null;
}

/** The call is wrong: a name that the model does not declare, a `now` that is no instant. */
export class RequestError extends CasewiseError {
  readonly code: 'CASEWISE_REQUEST';
}

/** Learned parts of a model have no parameters, or those of another model. */
export class ParametersError extends CasewiseError {
  readonly code: 'CASEWISE_PARAMETERS';
}

/** Learning from data did not succeed. */
export class FitError extends CasewiseError {
  readonly code: 'CASEWISE_FIT';
}
