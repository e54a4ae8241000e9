package io.rdsboot.credentials;

import io.rdsboot.cluster.InstanceAddress;

/**
 * Tests of a {@link DatabaseCredentialsProvider} that is a lambda expression.
 */
class FixedCredentialsTests extends DatabaseCredentialsProviderContract {

	private final DatabaseCredentials credentials = new DatabaseCredentials("app", "hunter2-fixed");

	private final DatabaseCredentialsProvider provider = (address) -> this.credentials;

	@Override
	protected DatabaseCredentialsProvider provider() {
		return this.provider;
	}

	@Override
	protected InstanceAddress address() {
		return InstanceAddress.parse("localhost");
	}

}
