package io.rdsboot.credentials.secretsmanager;

import java.time.Instant;

/**
 * What a provider knows of its secret. Immutable.
 *
 * @param versionId identifier of the version that was current at the last refresh
 * @param refreshedAt when Secrets Manager last told it
 */
public record SecretStatus(String versionId, Instant refreshedAt) {

}
