package io.rdsboot.test.aws;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An HTTP request as far as a signature covers it.
 *
 * @param method the method, in upper case
 * @param path the path as sent, still encoded
 * @param query the query as sent, still encoded, without the question mark; empty for
 * none
 * @param headers values by name, in whatever case
 * @param body the body, empty for none
 */
@SuppressWarnings("ArrayRecordComponent")
public record HttpRequestText(String method, String path, String query, Map<String, List<String>> headers,
		byte[] body) {

	public HttpRequestText {
		Map<String, List<String>> lowerCase = new TreeMap<>();
		headers.forEach((name, values) -> lowerCase.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
		headers = lowerCase;
	}

	/**
	 * Values of a header, joined by commas.
	 * @param name the name, in lower case
	 * @return the value, empty when the header is not there
	 */
	String header(String name) {
		return String.join(",", this.headers.getOrDefault(name, List.of()));
	}

	@Override
	public String toString() {
		return "HttpRequestText[" + this.method + " " + this.path + "]";
	}

}
