package io.rdsboot.sample;

import java.util.List;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * REST interface that breaks the local cluster, and mends it again. Part of the local
 * mode, not of the service.
 */
final class LocalOperations {

	private final LocalRdsCluster cluster;

	private LocalOperations(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	static RouterFunction<ServerResponse> routes(LocalRdsCluster cluster) {
		LocalOperations operations = new LocalOperations(cluster);
		// A page of another site cannot send JSON without being allowed to.
		return RouterFunctions.route()
			.GET("/api/local", (request) -> operations.instances())
			.POST("/api/local/{instance}/{action}", RequestPredicates.contentType(MediaType.APPLICATION_JSON),
					operations::operate)
			.build();
	}

	private ServerResponse instances() {
		LocalRdsInstance writer = this.cluster.writer();
		return ServerResponse.ok()
			.body(this.cluster.instances()
				.stream()
				.map((instance) -> new Instance(instance.name(), "%s:%d".formatted(instance.host(), instance.port()),
						instance == writer, instance.state()))
				.toList());
	}

	private ServerResponse operate(ServerRequest request) {
		String name = request.pathVariable("instance");
		List<LocalRdsInstance> found = this.cluster.instances()
			.stream()
			.filter((instance) -> instance.name().equals(name))
			.toList();
		try {
			if (found.isEmpty() || !operate(request.pathVariable("action"), found.get(0))) {
				return ServerResponse.notFound().build();
			}
			return instances();
		}
		catch (RuntimeException ex) {
			return ServerResponse.status(HttpStatus.CONFLICT)
				.body(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, String.valueOf(ex.getMessage())));
		}
	}

	private boolean operate(String action, LocalRdsInstance instance) {
		switch (action) {
			case "promote" -> this.cluster.failover(instance);
			case "crash" -> this.cluster.crash(instance);
			case "restart" -> this.cluster.restart(instance);
			case "freeze" -> this.cluster.freeze(instance);
			case "thaw" -> this.cluster.thaw(instance);
			case "pause-replay" -> this.cluster.pauseReplay(instance);
			case "resume-replay" -> this.cluster.resumeReplay(instance);
			default -> {
				return false;
			}
		}
		return true;
	}

	/**
	 * Server of the local cluster.
	 *
	 * @param name its name
	 * @param address its host and port
	 * @param writer whether it is the writer
	 * @param state what was last done to it
	 */
	record Instance(String name, String address, boolean writer, LocalRdsInstance.State state) {

	}

}
