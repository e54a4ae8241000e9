package io.rdsboot.autoconfigure.credentials;

import java.util.function.Supplier;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Makes the provider of one kind of
 * {@link io.rdsboot.autoconfigure.cluster.ConfiguredCredentials}. There is one for each
 * kind whose libraries are on the class path; it does nothing before it is asked.
 */
@API(status = API.Status.INTERNAL)
@FunctionalInterface
public interface CredentialsProviderFactory {

	/**
	 * Make the provider.
	 * @param cluster the cluster that it is for
	 * @param topology the cluster's present topology, not to be asked for before a login
	 * @return the provider, or {@code null} if the credentials are of another kind
	 */
	@Nullable DatabaseCredentialsProvider create(ConfiguredCluster cluster, Supplier<ClusterTopology> topology);

}
