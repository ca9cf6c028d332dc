const NAME = /^[\w+=,.@-]{1,64}$/;
const ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[!-~]+\/)?([\w+=,.@-]{1,64})$/;

/** The name of a role that is given by name or as `arn:aws:iam::ACCOUNT:role/PATH/NAME`; `undefined` where the text is neither. */
export const roleNameOf = (role: string): string | undefined => (NAME.test(role) ? role : ARN.exec(role)?.[1]);
