package io.rdsboot.routing;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Says about a piece of work what {@code @Transactional(readOnly = true)} cannot. Bound
 * to the calling thread; a transaction that has already borrowed its connection keeps it.
 */
public final class Reads {

	private static final ThreadLocal<Boolean> FROM_WRITER = new ThreadLocal<>();

	private Reads() {
	}

	/**
	 * Run work whose read-only transactions are served by the writer.
	 * @param work what to do
	 * @return what the work returns
	 */
	public static <T extends @Nullable Object> T fromWriter(Supplier<T> work) {
		Boolean outer = FROM_WRITER.get();
		FROM_WRITER.set(Boolean.TRUE);
		try {
			return work.get();
		}
		finally {
			if (outer == null) {
				FROM_WRITER.remove();
			}
		}
	}

	/**
	 * Run work whose read-only transactions are served by the writer.
	 * @param work what to do
	 */
	public static void fromWriter(Runnable work) {
		fromWriter(() -> {
			work.run();
			return null;
		});
	}

	static boolean areFromWriter() {
		return FROM_WRITER.get() != null;
	}

}
