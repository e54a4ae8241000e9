package io.rdsboot.pool.login;

import java.nio.charset.StandardCharsets;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Names of connections as {@code pg_stat_activity} shows them.
 */
@API(status = API.Status.INTERNAL)
public final class ApplicationName {

	/**
	 * Bytes that PostgreSQL keeps of a name.
	 */
	public static final int MAXIMUM_BYTES = 63;

	private ApplicationName() {
	}

	/**
	 * Return as much of a name as PostgreSQL keeps, with whole characters.
	 */
	public static String truncated(String name) {
		return truncated(name, MAXIMUM_BYTES);
	}

	/**
	 * Return a name with a suffix that is kept whole.
	 * @param name the name, or {@code null} if the suffix stands alone
	 * @param suffix what follows after a slash
	 */
	public static String withSuffix(@Nullable String name, String suffix) {
		return (name != null) ? truncated(name, MAXIMUM_BYTES - 1 - bytes(suffix)) + "/" + suffix : suffix;
	}

	private static String truncated(String name, int limit) {
		int end = name.length();
		while (bytes(name.substring(0, end)) > limit) {
			end = name.offsetByCodePoints(end, -1);
		}
		return name.substring(0, end);
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

}
