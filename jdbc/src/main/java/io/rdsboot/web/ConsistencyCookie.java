package io.rdsboot.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * Cookie that holds a token: one for all services of a host that use the same cluster,
 * and another one for each other cluster. Immutable.
 */
final class ConsistencyCookie {

	/**
	 * What the names of the cookies of all clusters begin with.
	 */
	static final String PREFIX = "rds_consistency";

	/**
	 * How many cookies are read of those that a request brings.
	 */
	private static final int MAXIMUM = 8;

	private final String name;

	private final Duration lifetime;

	/**
	 * Create a cookie.
	 * @param cluster what tells the cluster from others
	 * @param lifetime how long a client keeps the cookie
	 */
	ConsistencyCookie(String cluster, Duration lifetime) {
		this.name = PREFIX + "_" + cluster;
		this.lifetime = lifetime;
	}

	/**
	 * Return the values of a request that may be tokens of this cluster.
	 */
	static List<String> values(HttpServletRequest request) {
		Cookie[] cookies = request.getCookies();
		if (cookies == null) {
			return List.of();
		}
		List<String> values = new ArrayList<>();
		for (Cookie cookie : cookies) {
			if (cookie.getName().startsWith(PREFIX) && values.size() < MAXIMUM) {
				values.add(cookie.getValue());
			}
		}
		return values;
	}

	/**
	 * Add the cookie to a response, in place of one that was added before.
	 */
	void set(HttpServletRequest request, HttpServletResponse response, String value) {
		List<String> others = response.getHeaders(HttpHeaders.SET_COOKIE)
			.stream()
			.filter((cookie) -> !cookie.startsWith(this.name + "="))
			.toList();
		String cookie = cookie(request, value);
		if (others.isEmpty()) {
			response.setHeader(HttpHeaders.SET_COOKIE, cookie);
			return;
		}
		response.setHeader(HttpHeaders.SET_COOKIE, others.get(0));
		others.stream().skip(1).forEach((other) -> response.addHeader(HttpHeaders.SET_COOKIE, other));
		response.addHeader(HttpHeaders.SET_COOKIE, cookie);
	}

	private String cookie(HttpServletRequest request, String value) {
		return ResponseCookie.from(this.name, value)
			.httpOnly(true)
			.secure(request.isSecure())
			.sameSite("Lax")
			.path("/")
			.maxAge(this.lifetime)
			.build()
			.toString();
	}

}
