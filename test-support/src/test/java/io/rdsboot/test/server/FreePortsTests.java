package io.rdsboot.test.server;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link FreePorts}, two of which stand for two JVMs.
 */
class FreePortsTests {

	private static final int LOWEST = 14_900;

	private static final int HIGHEST = 14_950;

	@Test
	void portThatWasGivenOutIsNotGivenOutAgainThoughNobodyListensOnIt() {
		FreePorts one = new FreePorts(LOWEST, HIGHEST);
		FreePorts other = new FreePorts(LOWEST, HIGHEST);
		Set<Integer> given = new HashSet<>();
		for (int i = 0; i < 10; i++) {
			assertThat(given.add(one.next())).isTrue();
			assertThat(given.add(other.next())).isTrue();
		}
		assertThat(given).allMatch((port) -> port >= LOWEST && port < HIGHEST);
	}

}
