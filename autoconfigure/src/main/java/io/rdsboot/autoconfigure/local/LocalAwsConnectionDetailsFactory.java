package io.rdsboot.autoconfigure.local;

import java.net.URI;
import java.time.InstantSource;

import io.rdsboot.autoconfigure.aws.AwsConnectionDetails;
import io.rdsboot.test.LocalRdsCluster;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Connects an application to the services of AWS that stand beside a
 * {@link LocalRdsCluster}, if there are any.
 */
@API(status = API.Status.INTERNAL)
public class LocalAwsConnectionDetailsFactory extends LocalRdsClusterDetailsFactory<AwsConnectionDetails> {

	@Override
	public @Nullable AwsConnectionDetails getConnectionDetails(LocalRdsCluster cluster) {
		return cluster.hasAws() ? new LocalAwsConnectionDetails(cluster) : null;
	}

	private record LocalAwsConnectionDetails(LocalRdsCluster cluster) implements AwsConnectionDetails {

		@Override
		public URI getEndpoint() {
			return this.cluster.aws().endpoint();
		}

		@Override
		public String getRegion() {
			return this.cluster.aws().region();
		}

		@Override
		public String getAccessKeyId() {
			return this.cluster.aws().accessKeyId();
		}

		@Override
		public String getSecretAccessKey() {
			return this.cluster.aws().secretAccessKey();
		}

		@Override
		public InstantSource getClock() {
			return this.cluster.clock();
		}

	}

}
