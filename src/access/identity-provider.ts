import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { nameProblem } from '../secrets.ts';
import { type Checked, type Refused, roles } from './roles.ts';

/** Accepts the tokens (JWT) that an identity provider issued for this ledger, by the keys that it publishes. */
export function identityProvider({ issuer, audience, keys, roleClaim, now }: ProviderParts): IdentityProvider {
  const keySet = createRemoteJWKSet(keys, { timeoutDuration: 5_000 });
  return {
    check: async (token, isTaken) => {
      try {
        const { payload } = await jwtVerify(token, keySet, {
          issuer,
          audience,
          algorithms: asymmetric,
          requiredClaims: ['exp', 'sub'],
          currentDate: new Date(now()),
        });
        return principalIn(payload, roleClaim, isTaken);
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

type ProviderParts = {
  /** `iss` and `aud` of the tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Where the keys are published (JWKS). */
  readonly keys: URL;
  /** The claim that names a role, or a list with one. */
  readonly roleClaim: string;
  readonly now: () => number;
};

export type IdentityProvider = {
  /** Whose token this is. `isTaken` says whether a name belongs to somebody else already. */
  readonly check: (token: string, isTaken: (name: string) => boolean) => Promise<Checked>;
};

// A key that is shared would let whoever checks tokens make them.
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

function principalIn(payload: JWTPayload, roleClaim: string, isTaken: (name: string) => boolean): Checked {
  const { sub = '', exp = 0, preferred_username: preferred } = payload;
  const name = toName(typeof preferred === 'string' ? preferred : sub);
  const problem = nameProblem(name) ?? (isTaken(name) ? 'belongs to a token of this ledger' : null);
  if (problem !== null) return { refusal: `the name of this token ${problem}`, why: 'unfit' };
  const claimed = [payload[roleClaim]].flat();
  const role = roles.findLast((one) => claimed.includes(one));
  if (role === undefined) return { refusal: `the claim ${roleClaim} of this token names no role`, why: 'unfit' };
  return { principal: { name, role, source: 'provider', until: exp * 1000 } };
}

// Names are slugs: `Anna@club.example` is recorded as `anna-club.example`.
function toName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
}

// Never says what is in the token.
function refusalOf(error: unknown): Refused {
  if (error instanceof errors.JWTExpired) return { refusal: 'this token is expired', why: 'unfit' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { refusal: `the claim ${error.claim} of this token does not fit`, why: 'unfit' };
  }
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
    return { refusal: 'the keys of the identity provider cannot be had at the moment', why: 'unavailable' };
  }
  return { refusal: 'this ledger does not accept this token', why: 'unknown' };
}
