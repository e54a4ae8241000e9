package io.rdsboot.test;

import java.util.HashMap;
import java.util.Map;

import io.rdsboot.test.gateway.RolePasswords;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.AdminClient;
import io.rdsboot.test.server.RolePassword;
import io.rdsboot.test.server.SqlQuotes;
import org.jspecify.annotations.Nullable;

/**
 * Passwords of the roles in {@code rds_iam}. A role that somebody else has made gets one
 * when it first logs in, and another one when somebody has changed it. Thread-safe.
 */
final class IamRolePasswords implements RolePasswords {

	private final AdminClient client;

	private final LocalRdsCluster cluster;

	private final Map<String, String> passwords = new HashMap<>();

	IamRolePasswords(AdminClient client, LocalRdsCluster cluster) {
		this.client = client;
		this.cluster = cluster;
	}

	/**
	 * Takes a login that is known already.
	 * @param login a role and its password
	 */
	synchronized void add(Login login) {
		this.passwords.put(login.username(), login.password());
	}

	@Override
	public synchronized @Nullable String get(String role) {
		return this.passwords.get(role);
	}

	@Override
	public synchronized String renew(String role, @Nullable String refused) {
		String present = this.passwords.get(role);
		if (present != null && !present.equals(refused)) {
			return present;
		}
		Login login = Login.generate(role);
		this.client.execute(this.cluster.writer().server(), "postgres", "ALTER ROLE %s PASSWORD %s"
			.formatted(SqlQuotes.identifier(role), RolePassword.literal(login.password())));
		this.cluster.awaitReplication();
		this.passwords.put(role, login.password());
		return login.password();
	}

}
