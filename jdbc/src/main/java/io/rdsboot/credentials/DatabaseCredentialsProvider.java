package io.rdsboot.credentials;

import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;

/**
 * Source of the credentials of every new physical connection. Implementations are
 * thread-safe and answer from memory.
 */
@FunctionalInterface
public interface DatabaseCredentialsProvider {

	/**
	 * Return the credentials to log in with now.
	 * @param address the server that the connection will be opened to
	 * @throws CredentialsUnavailableException if there are none
	 */
	DatabaseCredentials getCredentials(InstanceAddress address);

	/**
	 * Return other credentials after the server has refused some. A provider whose
	 * credentials change looks for newer ones here, waiting for a bounded time; what it
	 * returns is what {@link #getCredentials} answers from then on. By default there are
	 * no others.
	 * @param address the server that refused
	 * @param refused all that this login has tried, the latest last; not empty
	 * @return credentials that are not among those refused, or {@code null} where there
	 * are none
	 * @throws CredentialsUnavailableException if others cannot be looked for
	 */
	default @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
			List<DatabaseCredentials> refused) {
		return null;
	}

	/**
	 * Return how often the credentials were renewed, and how old they are. Asks nobody
	 * and waits for nothing.
	 * @return the status, or {@code null} if they are not renewed, as by default
	 */
	default @Nullable RenewalStatus renewalStatus() {
		return null;
	}

}
