package io.rdsboot.benchmarks.credentials;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the credentials of another provider and counts those that were made, and
 * those that the server refused. Thread-safe.
 */
final class LoginCounter implements DatabaseCredentialsProvider {

	private final DatabaseCredentialsProvider delegate;

	/**
	 * By identity: tokens that are made within the same second are equal.
	 */
	private final Map<InstanceAddress, Set<String>> passwords = new ConcurrentHashMap<>();

	private final AtomicInteger refused = new AtomicInteger();

	LoginCounter(DatabaseCredentialsProvider delegate) {
		this.delegate = delegate;
	}

	@Override
	public DatabaseCredentials getCredentials(InstanceAddress address) {
		return count(address, this.delegate.getCredentials(address));
	}

	@Override
	public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
			List<DatabaseCredentials> refused) {
		this.refused.incrementAndGet();
		DatabaseCredentials others = this.delegate.getCredentialsAfterRefusal(address, refused);
		return (others != null) ? count(address, others) : null;
	}

	private DatabaseCredentials count(InstanceAddress address, DatabaseCredentials credentials) {
		this.passwords
			.computeIfAbsent(address,
					(first) -> Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>())))
			.add(credentials.password());
		return credentials;
	}

	/**
	 * Returns how many passwords were made for the address that had most.
	 */
	int mostPasswords() {
		return this.passwords.values().stream().mapToInt(Set::size).max().orElse(0);
	}

	/**
	 * Returns how many addresses were asked for.
	 */
	int addresses() {
		return this.passwords.size();
	}

	/**
	 * Returns how many logins the server refused.
	 */
	int refused() {
		return this.refused.get();
	}

}
