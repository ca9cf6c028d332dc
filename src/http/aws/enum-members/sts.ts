/** Made from the declarations of @aws-sdk/client-sts; see ../enum-members.ts. */
export const stsEnums = `
WebIdentityTokenSubjectModeType: GetWebIdentityTokenRequest.SubjectMode
`;
