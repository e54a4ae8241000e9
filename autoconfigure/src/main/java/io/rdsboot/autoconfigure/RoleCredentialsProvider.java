package io.rdsboot.autoconfigure;

import java.util.List;
import java.util.Set;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * Credentials by the role that an address is configured for.
 */
final class RoleCredentialsProvider implements DatabaseCredentialsProvider {

	private final DatabaseCredentialsProvider ofWriter;

	private final DatabaseCredentialsProvider ofReaders;

	private final Set<InstanceAddress> readers;

	RoleCredentialsProvider(DatabaseCredentialsProvider ofWriter, DatabaseCredentialsProvider ofReaders,
			Set<InstanceAddress> readers) {
		this.ofWriter = ofWriter;
		this.ofReaders = ofReaders;
		this.readers = readers;
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

	private DatabaseCredentialsProvider of(InstanceAddress address) {
		return this.readers.contains(address) ? this.ofReaders : this.ofWriter;
	}

}
