package io.rdsboot.cluster.watch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HostNameWatch}.
 */
class HostNameWatchTests {

	private final DatabaseInstance instance = DatabaseInstance.at(new InstanceAddress("db.example.com", 5432));

	private final List<DatabaseInstance> moved = new ArrayList<>();

	private final HostNameWatch watch = new HostNameWatch(this::resolve, this.moved::add);

	private @Nullable Set<InetAddress> answer;

	private Set<InetAddress> resolve(String host) throws UnknownHostException {
		assertThat(host).isEqualTo("db.example.com");
		if (this.answer == null) {
			throw new UnknownHostException(host);
		}
		return this.answer;
	}

	@BeforeEach
	void begin() throws UnknownHostException {
		this.watch.instances(Set.of(this.instance));
		look("10.0.0.1");
	}

	@AfterEach
	void close() {
		this.watch.close();
	}

	@Test
	void nameThatResolvesToAnotherAddressHasMovedOnce() throws UnknownHostException {
		assertThat(this.moved).isEmpty();
		look("10.0.0.2");
		assertThat(this.moved).containsExactly(this.instance);
		look("10.0.0.2");
		assertThat(this.moved).hasSize(1);
	}

	@Test
	void nameThatIsGoneForAWhileHasMovedOnlyIfItComesBackElsewhere() throws UnknownHostException {
		this.answer = null;
		this.watch.look();
		look("10.0.0.1");
		assertThat(this.moved).isEmpty();
		this.answer = null;
		this.watch.look();
		look("10.0.0.2");
		assertThat(this.moved).containsExactly(this.instance);
	}

	/**
	 * Name servers answer with a part of many addresses, in any order.
	 */
	@Test
	void nameOfSeveralAddressesHasMovedWhenNoneIsLeft() throws UnknownHostException {
		look("10.0.0.1", "10.0.0.2");
		look("10.0.0.3", "10.0.0.2");
		assertThat(this.moved).isEmpty();
		look("10.0.0.4");
		assertThat(this.moved).containsExactly(this.instance);
	}

	private void look(String... addresses) throws UnknownHostException {
		InetAddress[] resolved = new InetAddress[addresses.length];
		for (int i = 0; i < addresses.length; i++) {
			resolved[i] = InetAddress.getByName(addresses[i]);
		}
		this.answer = Set.of(resolved);
		this.watch.look();
	}

}
