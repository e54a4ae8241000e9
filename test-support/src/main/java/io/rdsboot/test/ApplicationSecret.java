package io.rdsboot.test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import io.rdsboot.test.aws.DatabaseRoles;
import io.rdsboot.test.aws.Secret;
import io.rdsboot.test.aws.SecretJson;
import io.rdsboot.test.aws.SecretRotation;
import io.rdsboot.test.installation.Login;

/**
 * Creation of the secret that holds the login of the application's role.
 *
 * @param settings what was asked of the secret
 * @param database name of the application's database
 * @param host host of the writer's address
 * @param port port of the writer's address
 */
record ApplicationSecret(SecretSettings settings, String database, String host, int port) {

	/**
	 * Creates the secret, and for alternating users a second one: that of the
	 * administrator, which the first one names as its master.
	 * @param aws the account to hold it
	 * @param application the application's role
	 * @param administrator the superuser
	 * @param roles where rotations act
	 * @return the secret
	 */
	LocalRdsSecret create(LocalAws aws, Login application, Login administrator, DatabaseRoles roles) {
		Map<String, Object> values = login(application);
		if (this.settings.alternating()) {
			values.put("masterarn",
					aws.createSecret("rds-local/administrator", SecretJson.write(login(administrator))));
		}
		Secret secret = aws.secrets().create(name(), SecretJson.write(values));
		return new LocalRdsSecret(secret, new SecretRotation(secret, this.settings.alternating(), roles),
				aws.permissions());
	}

	private String name() {
		return this.settings.managed() ? "rds!cluster-" + UUID.randomUUID() : "rds-local/application";
	}

	private Map<String, Object> login(Login login) {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("username", login.username());
		values.put("password", login.password());
		if (!this.settings.managed()) {
			values.put("engine", "postgres");
			values.put("host", this.host);
			values.put("port", this.port);
			values.put("dbname", this.database);
			values.put("dbClusterIdentifier", ClusterDescription.IDENTIFIER);
		}
		return values;
	}

}
