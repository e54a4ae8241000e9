package io.rdsboot.autoconfigure.credentials;

import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RoleCredentialsProvider}.
 */
class RoleCredentialsProviderTests {

	private static final InstanceAddress WRITER = InstanceAddress.parse("w");

	private static final InstanceAddress READER = InstanceAddress.parse("r");

	private final ManualTopology topology = new ManualTopology(state(WRITER, InstanceRole.WRITER),
			state(READER, InstanceRole.READER));

	private final RoleCredentialsProvider provider = new RoleCredentialsProvider(new Numbered("writer"),
			new Numbered("reader"), this.topology::topology);

	private static InstanceState state(InstanceAddress address, InstanceRole role) {
		return new InstanceState(DatabaseInstance.at(address), role, true);
	}

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

	@Test
	void credentialsFollowTheRole() {
		this.topology.publish(state(WRITER, InstanceRole.UNKNOWN), state(READER, InstanceRole.WRITER));
		assertThat(this.provider.getCredentials(WRITER).username()).isEqualTo("writer");
		assertThat(this.provider.getCredentials(READER).username()).isEqualTo("writer");
		this.topology.publish(state(WRITER, InstanceRole.READER), state(READER, InstanceRole.WRITER));
		assertThat(this.provider.getCredentials(WRITER).username()).isEqualTo("reader");
	}

	@Test
	void statusIsThatOfBothLogins() {
		assertThat(this.provider.renewalStatus()).isNull();
		DatabaseCredentialsProvider renewed = new RoleCredentialsProvider(new Renewed(Duration.ofMinutes(1)),
				new Renewed(Duration.ofMinutes(3)), this.topology::topology);
		assertThat(renewed.renewalStatus())
			.isEqualTo(new RenewalStatus(2, 4, Duration.ofMinutes(3), Duration.ofMinutes(12)));
	}

	private record Renewed(Duration age) implements DatabaseCredentialsProvider {

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			return new DatabaseCredentials("app", "secret");
		}

		@Override
		public RenewalStatus renewalStatus() {
			return new RenewalStatus(1, 2, this.age, Duration.ofMinutes(15).minus(this.age));
		}

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
