package io.rdsboot.test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.rdsboot.test.gateway.Logins;
import io.rdsboot.test.gateway.ServerAddress;
import io.rdsboot.test.server.FreePorts;
import io.rdsboot.test.server.NativeServer;
import io.rdsboot.test.server.ServerAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a cluster: one for the writer, one for the readers, one as a proxy has
 * it, and one for each instance. Thread-safe.
 */
final class Addresses implements AutoCloseable {

	private volatile LocalRdsCluster cluster;

	private volatile ServerCertificates certificates;

	private final Logins logins;

	/** Port of all instances' addresses, where each has a host of its own. */
	private final @Nullable Integer instancePort;

	private final String host;

	private final AtomicInteger turn = new AtomicInteger();

	private final LocalRdsAddress writer;

	private final LocalRdsAddress reader;

	private final LocalRdsAddress proxy;

	private final Map<LocalRdsInstance, LocalRdsAddress> instances = new ConcurrentHashMap<>();

	Addresses(LocalRdsCluster cluster, ClusterSettings settings, String host, ServerCertificates certificates,
			Logins logins) {
		this.cluster = cluster;
		this.certificates = certificates;
		this.logins = logins;
		this.host = host;
		this.instancePort = settings.distinctHosts() ? ServerAddresses.distinctHostsPort() : null;
		this.writer = open("writer", () -> this.cluster.writer());
		this.reader = open("reader", this::nextReader);
		this.proxy = open("proxy", () -> this.cluster.writer());
		cluster.instances().forEach(this::add);
	}

	private LocalRdsAddress open(String name, Supplier<LocalRdsInstance> standsFor) {
		return open(name, new ServerAddress(this.host, FreePorts.INSTANCE.next(List.of(this.host))), standsFor);
	}

	private LocalRdsAddress open(String name, ServerAddress listen, Supplier<LocalRdsInstance> standsFor) {
		return new LocalRdsAddress(name, this.cluster.database(), listen, standsFor,
				(instance) -> this.cluster.member(instance), this.certificates, this.logins);
	}

	private LocalRdsInstance nextReader() {
		List<LocalRdsInstance> readers = this.cluster.readers();
		return readers.isEmpty() ? this.cluster.writer()
				: readers.get(Math.floorMod(this.turn.getAndIncrement(), readers.size()));
	}

	LocalRdsAddress writer() {
		return this.writer;
	}

	LocalRdsAddress reader() {
		return this.reader;
	}

	LocalRdsAddress proxy() {
		return this.proxy;
	}

	LocalRdsAddress of(LocalRdsInstance instance) {
		// Also one that the address led to before a switchover.
		LocalRdsAddress address = this.instances.get(instance);
		if (address == null) {
			throw new IllegalStateException("%s has no address yet".formatted(this.cluster.member(instance)));
		}
		return address;
	}

	@Nullable LocalRdsAddress find(LocalRdsInstance instance) {
		return this.instances.get(instance);
	}

	String certificateAuthority() {
		return this.certificates.authority();
	}

	void add(LocalRdsInstance instance) {
		this.instances.put(instance,
				(this.instancePort != null)
						? open(instance.name(), new ServerAddress(instance.host(), this.instancePort), () -> instance)
						: open(instance.name(), () -> instance));
	}

	void remove(LocalRdsInstance instance) {
		LocalRdsAddress address = this.instances.remove(instance);
		if (address != null) {
			address.close();
		}
	}

	/**
	 * Opens addresses for another cluster, with these logins and this authority.
	 * @param other the cluster
	 * @param settings its settings
	 * @return its addresses
	 */
	Addresses another(LocalRdsCluster other, ClusterSettings settings) {
		AddressSettings wanted = settings.addresses();
		return new Addresses(other, settings, (wanted != null) ? wanted.host() : NativeServer.HOST,
				this.certificates.another((wanted != null) ? wanted.hostNames() : List.of()), this.logins);
	}

	/**
	 * Lets new connections go to another cluster: to its present writer, to its readers,
	 * and from an instance's address to the instance that came in the same place. Open
	 * ones stay where they are. An instance beyond those of the other cluster loses its
	 * address.
	 * @param other the cluster
	 */
	void leadTo(LocalRdsCluster other) {
		List<LocalRdsInstance> former = this.cluster.instances();
		List<LocalRdsInstance> successors = other.instances();
		this.cluster = other;
		List.of(this.writer, this.reader, this.proxy).forEach(LocalRdsAddress::follow);
		for (int i = 0; i < Math.max(former.size(), successors.size()); i++) {
			if (i >= former.size()) {
				add(successors.get(i));
			}
			else if (i >= successors.size()) {
				remove(former.get(i));
			}
			else {
				LocalRdsAddress address = of(former.get(i));
				address.standFor(successors.get(i));
				this.instances.put(successors.get(i), address);
			}
		}
	}

	/**
	 * Presents newly made certificates, as RDS does when names change.
	 * @param hostNames names that they have beyond those of loopback
	 */
	void renewCertificates(List<String> hostNames) {
		this.certificates = this.certificates.another(hostNames);
		all().forEach((address) -> address.certificates(this.certificates));
	}

	/**
	 * Refuses new connections; open ones stay.
	 */
	void refuse() {
		all().forEach(LocalRdsAddress::refuse);
	}

	private Stream<LocalRdsAddress> all() {
		return Stream.concat(Stream.of(this.writer, this.reader, this.proxy), this.instances.values().stream())
			.distinct();
	}

	@Override
	public void close() {
		all().forEach(LocalRdsAddress::close);
	}

}
