import { type sendUnaryData, status } from '@grpc/grpc-js';
import { CallError } from './call-error.ts';

/** What a call ends with for an error: what it says, or UNKNOWN as for anything that a server did not foresee. */
export const callError = (error: unknown): CallError =>
  error instanceof CallError ? error : new CallError(status.UNKNOWN, `Exception was thrown by handler. ${error}`);

/** Answers a call with one response, or with the error; an undefined response is no answer at all. */
export const answer = <Response>(call: Promise<Response | undefined>, callback: sendUnaryData<Response>): void => {
  call.then(
    (response) => {
      if (response !== undefined) callback(null, response);
    },
    (error: unknown) => callback(callError(error)),
  );
};
