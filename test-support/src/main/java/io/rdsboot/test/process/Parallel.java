package io.rdsboot.test.process;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import org.apiguardian.api.API;

/**
 * Work on several instances at once, a thread for each.
 */
@API(status = API.Status.INTERNAL)
public final class Parallel {

	private static final Executor THREADS = (task) -> {
		Thread thread = new Thread(task, "rds-local");
		thread.setDaemon(true);
		thread.start();
	};

	private Parallel() {
	}

	/**
	 * Applies a function to all items and waits for all to end.
	 * @param <T> the type of the items
	 * @param <R> the type of the results
	 * @param items the items
	 * @param function what to do, with a limit of time of its own
	 * @return the results, in order
	 * @throws RuntimeException the first failure, after all have ended
	 */
	public static <T, R> List<R> map(List<T> items, Function<T, R> function) {
		List<CompletableFuture<R>> futures = items.stream()
			.map((item) -> CompletableFuture.supplyAsync(() -> function.apply(item), THREADS))
			.toList();
		CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).exceptionally((ex) -> null).join();
		return futures.stream().map(CompletableFuture::join).toList();
	}

}
