package io.rdsboot.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.rdsboot.test.aws.SecretRotation;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a cluster. Immutable.
 *
 * @param postgres directory of the server's programs, or {@code null} to look for one
 * @param readers number of readers at start
 * @param database name of the application's database
 * @param username name of the application's role
 * @param replicationLag how long readers hold back what the writer has committed
 * @param parameters PostgreSQL settings beyond the cluster's own, which they override
 * @param extensions extensions that exist in the database from the start
 * @param creatableExtensions extensions that the application's role may create
 * @param distinctHosts whether each server has a host of its own
 * @param aurora whether the servers have Aurora's functions
 * @param secret the secret of the application's role, or {@code null} for none
 * @param addresses the addresses in front of the servers, or {@code null} for none
 */
record ClusterSettings(@Nullable Path postgres, int readers, String database, String username, Duration replicationLag,
		Map<String, String> parameters, List<String> extensions, List<String> creatableExtensions,
		boolean distinctHosts, boolean aurora, @Nullable SecretSettings secret, @Nullable AddressSettings addresses) {

	ClusterSettings {
		parameters = Map.copyOf(parameters);
		extensions = List.copyOf(extensions);
		creatableExtensions = List.copyOf(creatableExtensions);
	}

	/**
	 * Roles that the application logs in with: its own, and the second one of alternating
	 * users.
	 * @return names of roles
	 */
	List<String> logins() {
		return (this.secret != null && this.secret.alternating())
				? List.of(this.username, this.username + SecretRotation.CLONE_SUFFIX) : List.of(this.username);
	}

}
