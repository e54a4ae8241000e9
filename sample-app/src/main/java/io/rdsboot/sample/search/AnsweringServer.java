package io.rdsboot.sample.search;

import org.jspecify.annotations.Nullable;

/**
 * The server that answered a search, as it says itself.
 *
 * @param role {@code WRITER}, or {@code READER} for a server that replays a writer's log
 * @param address its IP address; {@code null} on a Unix socket
 * @param port the port that it listens on; {@code null} on a Unix socket
 * @param instance the name of the instance that the connection was borrowed from
 * @param reason why it was borrowed from there
 */
public record AnsweringServer(String role, @Nullable String address, @Nullable Integer port, String instance,
		String reason) {

}
