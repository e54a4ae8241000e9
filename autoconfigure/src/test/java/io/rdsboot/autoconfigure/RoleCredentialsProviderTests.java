package io.rdsboot.autoconfigure;

import java.util.List;
import java.util.Set;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RoleCredentialsProvider}.
 */
class RoleCredentialsProviderTests {

	private static final InstanceAddress WRITER = InstanceAddress.parse("w");

	private static final InstanceAddress READER = InstanceAddress.parse("r");

	private final RoleCredentialsProvider provider = new RoleCredentialsProvider(new Numbered("writer"),
			new Numbered("reader"), Set.of(READER));

	@Test
	void credentialsAreThoseOfTheRole() {
		assertThat(this.provider.getCredentials(WRITER).username()).isEqualTo("writer");
		assertThat(this.provider.getCredentials(READER).username()).isEqualTo("reader");
	}

	@Test
	void credentialsAfterRefusalAreThoseOfTheRole() {
		assertThat(this.provider.getCredentialsAfterRefusal(WRITER, List.of()))
			.isEqualTo(new DatabaseCredentials("writer", "2"));
		assertThat(this.provider.getCredentialsAfterRefusal(READER, List.of()))
			.isEqualTo(new DatabaseCredentials("reader", "2"));
	}

	private record Numbered(String username) implements DatabaseCredentialsProvider {

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			return new DatabaseCredentials(this.username, "1");
		}

		@Override
		public DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			return new DatabaseCredentials(this.username, "2");
		}

	}

}
