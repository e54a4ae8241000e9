package io.rdsboot.test.gateway;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Which server gave out which key to cancel: an address may stand for several.
 * Thread-safe.
 */
final class CancelKeys {

	private final Map<String, ServerAddress> servers = new ConcurrentHashMap<>();

	void add(String key, ServerAddress server) {
		this.servers.put(key, server);
	}

	void remove(String key) {
		this.servers.remove(key);
	}

	@Nullable ServerAddress server(String key) {
		return this.servers.get(key);
	}

}
