import { type sendUnaryData, status } from '@grpc/grpc-js';
import { CallError } from '../call-error.ts';

/** What a call ends with for an error: what it says, or UNKNOWN as for anything that a server did not foresee. */
export const callError = (error: unknown): CallError =>
  error instanceof CallError
    ? error
    : new CallError(status.UNKNOWN, `Exception was thrown by handler. ${String(error)}`);

/** Answers a call with one response, or with the error; an undefined response is no answer at all. */
export const answer = <Response>(run: () => Promise<Response | undefined>, callback: sendUnaryData<Response>): void => {
  const deliver = async (): Promise<void> => {
    try {
      const response = await run();
      if (response !== undefined) callback(null, response);
    } catch (error) {
      callback(callError(error));
    }
  };
  void deliver();
};
