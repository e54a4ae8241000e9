package io.rdsboot.credentials.secretsmanager;

import io.rdsboot.credentials.DatabaseCredentials;
import org.jspecify.annotations.Nullable;

/**
 * One version of a secret. Immutable; its password is not shown.
 *
 * @param credentials the database role and its password
 * @param host the server's host name, or {@code null} if the secret names none, as those
 * that RDS manages do not
 * @param port the server's port as the secret has it, which may be no number, or
 * {@code null}
 * @param database the database's name, or {@code null}
 * @param versionId identifier of the version; not a secret
 */
public record DatabaseSecret(DatabaseCredentials credentials, @Nullable String host, @Nullable String port,
		@Nullable String database, String versionId) {

}
