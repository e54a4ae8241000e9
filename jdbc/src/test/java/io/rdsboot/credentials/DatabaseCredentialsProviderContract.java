package io.rdsboot.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link DatabaseCredentialsProvider} has to fulfil. The test of an
 * implementation extends it.
 */
public abstract class DatabaseCredentialsProviderContract {

	/**
	 * More than a login may ever try.
	 */
	private static final int MANY = 10;

	/**
	 * Return the provider, the same one within a test.
	 */
	protected abstract DatabaseCredentialsProvider provider();

	/**
	 * Return an address that the provider has credentials for.
	 */
	protected abstract InstanceAddress address();

	@Test
	void nothingShowsThePassword() {
		DatabaseCredentials credentials = provider().getCredentials(address());
		assertThat(credentials.password()).isNotEmpty();
		assertThat(credentials).asString().contains(credentials.username()).doesNotContain(credentials.password());
		assertThat(provider()).asString().doesNotContain(credentials.password());
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.contains(credentials.password()));
	}

	@Test
	void threadsAreAnsweredFromMemory() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(20);
		try {
			List<Future<DatabaseCredentials>> answers = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				answers.add(executor.submit(() -> provider().getCredentials(address())));
			}
			DatabaseCredentials first = answers.get(0).get(20, TimeUnit.SECONDS);
			for (Future<DatabaseCredentials> answer : answers) {
				assertThat(answer.get(20, TimeUnit.SECONDS)).isSameAs(first);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void refusedLoginIsGivenOthersUntilThereAreNone() {
		List<DatabaseCredentials> refused = new ArrayList<>();
		refused.add(provider().getCredentials(address()));
		for (@Nullable
		DatabaseCredentials next = afterRefusal(refused); next != null; next = afterRefusal(refused)) {
			assertThat(refused).doesNotContain(next).hasSizeLessThan(MANY);
			assertThat(provider().getCredentials(address())).isEqualTo(next);
			refused.add(next);
		}
	}

	private @Nullable DatabaseCredentials afterRefusal(List<DatabaseCredentials> refused) {
		return provider().getCredentialsAfterRefusal(address(), List.copyOf(refused));
	}

}
