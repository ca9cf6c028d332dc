/** Made from the declarations of @aws-sdk/client-secrets-manager; see ../enum-members.ts. */
export const secretsManagerEnums = `
FilterNameStringType: Filter.Key
SortByType: ListSecretsRequest.SortBy
SortOrderType: ListSecretsRequest.SortOrder
StatusType: ReplicationStatusType.Status
`;
