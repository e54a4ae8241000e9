package io.rdsboot.test.server;

import java.util.List;
import java.util.stream.IntStream;

import io.rdsboot.test.gateway.ServerAddress;

/**
 * Where the servers of one cluster listen.
 */
@FunctionalInterface
public interface ServerAddresses {

	/** All that a cluster can start with: a writer and eight readers. */
	int CHECKED_HOSTS = 9;

	/** Host of the first server is 127.0.0.11, so that all numbers have two digits. */
	int OFFSET = 10;

	/**
	 * Address of a server that is about to be made.
	 * @param number number of the instance, from 1
	 * @return a loopback address
	 */
	ServerAddress of(int number);

	/**
	 * Each server on 127.0.0.1, on a port of its own.
	 * @return the addresses
	 */
	static ServerAddresses onDistinctPorts() {
		return (number) -> new ServerAddress(NativeServer.HOST, FreePorts.INSTANCE.next());
	}

	/**
	 * Each server on a host of its own, all on the same port, which is free on the hosts
	 * of the first nine.
	 * @return the addresses
	 * @throws io.rdsboot.test.process.LocalRdsException when this machine does not answer
	 * on such hosts
	 */
	static ServerAddresses onDistinctHosts() {
		int port = distinctHostsPort();
		return (number) -> new ServerAddress(host(number), port);
	}

	/**
	 * Finds a port that is free on the hosts of the first nine instances.
	 * @return the port
	 * @throws io.rdsboot.test.process.LocalRdsException when this machine does not answer
	 * on such hosts
	 */
	static int distinctHostsPort() {
		return FreePorts.INSTANCE.next(hosts(CHECKED_HOSTS));
	}

	/**
	 * Hosts that instances have for their own.
	 * @param number how many
	 * @return the hosts of the first instances
	 */
	static List<String> hosts(int number) {
		return IntStream.rangeClosed(1, number).mapToObj(ServerAddresses::host).toList();
	}

	private static String host(int number) {
		return "127.0.0." + (OFFSET + number);
	}

}
