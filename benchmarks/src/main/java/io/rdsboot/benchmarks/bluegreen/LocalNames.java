package io.rdsboot.benchmarks.bluegreen;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Host names as RDS gives them to instances, all of which this JVM resolves to loopback.
 * AWS's wrapper finds out by the names which of green's instances belongs to which of
 * blue's.
 */
final class LocalNames {

	private static final String DOMAIN = ".abc123xyz456.us-east-1.rds.amazonaws.com";

	private static final List<String> ADDRESSES = List.of("writer", "reader", "proxy", "instance-1", "instance-2");

	private LocalNames() {
	}

	/**
	 * Lets this JVM resolve the names, and no others but {@code localhost}.
	 * @throws IllegalStateException if the JVM has resolved names before, and does not
	 * look anew
	 */
	static void install() throws IOException {
		Path hosts = Files.createTempFile("rds-hosts-", ".txt");
		hosts.toFile().deleteOnExit();
		Stream<String> names = ADDRESSES.stream()
			.flatMap((address) -> Stream.of("127.0.0.1 " + blue(address), "127.0.0.2 " + green(address),
					"127.0.0.1 " + blue(address).replace(DOMAIN, "-old1" + DOMAIN)));
		Files.write(hosts, Stream.concat(Stream.of("127.0.0.1 localhost"), names).toList());
		System.setProperty("jdk.net.hosts.file", hosts.toString());
		if (new InetSocketAddress(blue("writer"), 1).isUnresolved()) {
			throw new IllegalStateException("%s is not resolved by %s".formatted(blue("writer"), hosts));
		}
	}

	/**
	 * Returns the name of an address in the blue environment.
	 * @param address name of the emulation's address
	 */
	static String blue(String address) {
		return instance(address) + DOMAIN;
	}

	/**
	 * Returns the name of an address in the green environment.
	 * @param address name of the emulation's address
	 */
	static String green(String address) {
		return instance(address) + "-green-x1y2z3" + DOMAIN;
	}

	private static String instance(String address) {
		return address.equals("writer") ? "app" : "app-" + address;
	}

}
