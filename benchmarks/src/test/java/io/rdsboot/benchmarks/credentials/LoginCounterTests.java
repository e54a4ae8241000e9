package io.rdsboot.benchmarks.credentials;

import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoginCounter}.
 */
class LoginCounterTests {

	private static final InstanceAddress WRITER = new InstanceAddress("writer", 5432);

	private static final InstanceAddress READER = new InstanceAddress("reader", 5432);

	private final DatabaseCredentials shared = new DatabaseCredentials("app", "token");

	@Test
	void passwordThatIsServedAgainIsCountedOnce() {
		LoginCounter counter = new LoginCounter((address) -> this.shared);
		counter.getCredentials(WRITER);
		counter.getCredentials(WRITER);
		counter.getCredentials(READER);
		assertThat(counter.mostPasswords()).isEqualTo(1);
		assertThat(counter.addresses()).isEqualTo(2);
	}

	@Test
	void passwordsThatAreMadeTwiceAreCountedAlsoWhereTheyAreEqual() {
		LoginCounter counter = new LoginCounter(
				(address) -> new DatabaseCredentials("app", new StringBuilder("token").toString()));
		counter.getCredentials(WRITER);
		counter.getCredentials(WRITER);
		assertThat(counter.mostPasswords()).isEqualTo(2);
	}

	@Test
	void refusalIsCountedWhenThereAreNoOtherCredentials() {
		LoginCounter counter = new LoginCounter((address) -> this.shared);
		assertThat(counter.getCredentialsAfterRefusal(WRITER, List.of(this.shared))).isNull();
		assertThat(counter.refused()).isEqualTo(1);
	}

}
