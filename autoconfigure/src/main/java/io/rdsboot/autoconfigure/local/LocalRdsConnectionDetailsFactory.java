package io.rdsboot.autoconfigure.local;

import java.util.List;

import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.StartedServers;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * Connects an application to a {@link LocalRdsCluster}: at its addresses where it has
 * some, and else at its servers.
 */
@API(status = API.Status.INTERNAL)
public class LocalRdsConnectionDetailsFactory extends LocalRdsClusterDetailsFactory<RdsConnectionDetails> {

	@Override
	public RdsConnectionDetails getConnectionDetails(LocalRdsCluster cluster) {
		return new LocalRdsConnectionDetails(cluster);
	}

	/**
	 * Details as the cluster has them when they are asked for.
	 */
	private record LocalRdsConnectionDetails(LocalRdsCluster cluster) implements RdsConnectionDetails, StartedServers {

		@Override
		public String getWriter() {
			return this.cluster.hasAddresses() ? address(this.cluster.writerAddress()) : address(this.cluster.writer());
		}

		@Override
		public List<String> getReaders() {
			return this.cluster.readers()
				.stream()
				.map((reader) -> this.cluster.hasAddresses() ? address(this.cluster.address(reader)) : address(reader))
				.toList();
		}

		@Override
		public String getDatabase() {
			return this.cluster.database();
		}

		@Override
		public String getUsername() {
			return this.cluster.username();
		}

		/**
		 * Returns none where the role logs in by token or with a secret, so that the
		 * configured type decides.
		 */
		@Override
		public @Nullable String getPassword() {
			return this.cluster.hasAws() ? null : this.cluster.password();
		}

		@Override
		public @Nullable String getSecretId() {
			return this.cluster.hasSecret() ? this.cluster.secret().id() : null;
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return this.cluster.hasAddresses() ? SslBundle
				.of(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(this.cluster.certificateAuthority())))
					: null;
		}

		@Override
		public boolean isStartedHere() {
			return true;
		}

		private static String address(LocalRdsInstance instance) {
			return instance.host() + ":" + instance.port();
		}

		private static String address(LocalRdsAddress address) {
			return address.host() + ":" + address.port();
		}

	}

}
