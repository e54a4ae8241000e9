package io.rdsboot.test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * Servers as containers of a Docker engine on this machine, on a network of their own.
 * Testcontainers removes them when the JVM is killed.
 */
final class DockerRuntime implements ServerRuntime {

	/**
	 * System property: the image to run, which must have PostgreSQL, pgvector and gosu.
	 */
	static final String IMAGE_PROPERTY = "rds.local.docker-image";

	static final String DEFAULT_IMAGE = "pgvector/pgvector:pg17";

	private final DockerImageName image = DockerImageName.parse(System.getProperty(IMAGE_PROPERTY, DEFAULT_IMAGE));

	private final Network network = Network.newNetwork();

	private final List<DockerServer> servers = new CopyOnWriteArrayList<>();

	private final Login administrator;

	private final Map<String, String> parameters;

	DockerRuntime(Login administrator, Map<String, String> parameters) {
		this.administrator = administrator;
		this.parameters = parameters;
	}

	/**
	 * Whether a Docker engine answers.
	 * @return whether servers can be started
	 */
	static boolean isAvailable() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	public DatabaseServer createWriter(String name) {
		DockerServer server = newServer(name);
		server.create(null);
		return server;
	}

	@Override
	public DatabaseServer createReader(String name, DatabaseServer upstream) {
		DockerServer server = newServer(name);
		server.create(upstream);
		return server;
	}

	private DockerServer newServer(String name) {
		DockerServer server = new DockerServer(name, FreePorts.INSTANCE.next(), this.image, this.network,
				this.administrator, this.parameters);
		this.servers.add(server);
		return server;
	}

	@Override
	public void close() {
		Parallel.map(this.servers, (server) -> {
			server.discard();
			return server;
		});
		this.network.close();
	}

	@Override
	public String toString() {
		return "Docker image " + this.image;
	}

}
