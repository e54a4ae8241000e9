package io.rdsboot.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apiguardian.api.API;

/**
 * Shows what somebody wrote as an address without what may be secret in it. Whoever
 * refuses an address knows least of where its parts begin, so that more goes than must.
 */
@API(status = API.Status.INTERNAL)
public final class RedactedAddress {

	private static final String REDACTED = "***";

	private static final Pattern SCHEME = Pattern.compile("jdbc:[a-z0-9]*:(//)?|[a-z][a-z0-9+.-]*://",
			Pattern.CASE_INSENSITIVE);

	/**
	 * Ends user name and password; they may hold one themselves, so that the last counts.
	 */
	private static final Pattern USER_INFO = Pattern.compile(".*(@|%40)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	/**
	 * Begins a parameter's value, which may hold what ends it.
	 */
	private static final Pattern VALUE = Pattern.compile("(=|%3D).*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	/**
	 * What a URL may hold an {@code @} in.
	 */
	private static final Pattern PARAMETERS = Pattern.compile("\\?[a-z][a-z0-9_.]*=.*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private RedactedAddress() {
	}

	/**
	 * Return an address without user name and password before the host, and without the
	 * values of parameters.
	 * @param text what was written, an address or not
	 */
	public static String of(String text) {
		Matcher scheme = SCHEME.matcher(text);
		int begin = scheme.lookingAt() ? scheme.end() : 0;
		String rest = USER_INFO.matcher(text.substring(begin)).replaceFirst(REDACTED + "@");
		return text.substring(0, begin) + VALUE.matcher(rest).replaceFirst("=" + REDACTED);
	}

	/**
	 * Return whether an address has a user name or password before its host.
	 * @param text what was written
	 */
	public static boolean hasUserInfo(String text) {
		return USER_INFO.matcher(PARAMETERS.matcher(text).replaceFirst("")).find();
	}

}
