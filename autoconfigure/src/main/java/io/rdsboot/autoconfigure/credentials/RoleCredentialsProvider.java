package io.rdsboot.autoconfigure.credentials;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalStatus;
import org.jspecify.annotations.Nullable;

/**
 * Credentials by the role that an instance has at the moment of the login. One whose role
 * is not known yet logs in as the writer does.
 */
final class RoleCredentialsProvider implements DatabaseCredentialsProvider {

	private final DatabaseCredentialsProvider ofWriter;

	private final DatabaseCredentialsProvider ofReaders;

	private final Supplier<ClusterTopology> topology;

	RoleCredentialsProvider(DatabaseCredentialsProvider ofWriter, DatabaseCredentialsProvider ofReaders,
			Supplier<ClusterTopology> topology) {
		this.ofWriter = ofWriter;
		this.ofReaders = ofReaders;
		this.topology = topology;
	}

	@Override
	public DatabaseCredentials getCredentials(InstanceAddress address) {
		return of(address).getCredentials(address);
	}

	@Override
	public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
			List<DatabaseCredentials> refused) {
		return of(address).getCredentialsAfterRefusal(address, refused);
	}

	@Override
	public @Nullable RenewalStatus renewalStatus() {
		List<RenewalStatus> both = Stream.of(this.ofWriter, this.ofReaders)
			.map(DatabaseCredentialsProvider::renewalStatus)
			.filter(Objects::nonNull)
			.map(Objects::requireNonNull)
			.toList();
		return both.isEmpty() ? null : RenewalStatus.of(both);
	}

	private DatabaseCredentialsProvider of(InstanceAddress address) {
		boolean reader = this.topology.get()
			.readers()
			.stream()
			.anyMatch((state) -> state.instance().address().equals(address));
		return reader ? this.ofReaders : this.ofWriter;
	}

}
