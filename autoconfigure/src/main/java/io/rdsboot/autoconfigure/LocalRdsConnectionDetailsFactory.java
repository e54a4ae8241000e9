package io.rdsboot.autoconfigure;

import java.util.List;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;

/**
 * Connects an application to a {@link LocalRdsCluster}.
 */
class LocalRdsConnectionDetailsFactory implements ConnectionDetailsFactory<LocalRdsCluster, RdsConnectionDetails> {

	@Override
	public RdsConnectionDetails getConnectionDetails(LocalRdsCluster cluster) {
		return new LocalRdsConnectionDetails(cluster);
	}

	/**
	 * Details as the cluster has them when they are asked for.
	 */
	private record LocalRdsConnectionDetails(LocalRdsCluster cluster) implements RdsConnectionDetails {

		@Override
		public String getWriter() {
			return address(this.cluster.writer());
		}

		@Override
		public List<String> getReaders() {
			return this.cluster.readers().stream().map(LocalRdsConnectionDetails::address).toList();
		}

		@Override
		public String getDatabase() {
			return this.cluster.database();
		}

		@Override
		public String getUsername() {
			return this.cluster.username();
		}

		@Override
		public String getPassword() {
			return this.cluster.password();
		}

		private static String address(LocalRdsInstance instance) {
			return instance.host() + ":" + instance.port();
		}

	}

}
