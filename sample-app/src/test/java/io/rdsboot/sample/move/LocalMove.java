package io.rdsboot.sample.move;

import io.rdsboot.move.read.MoveKeyResolver;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * What the page of a move shows beside the endpoint {@code rdsmove}: the addresses of
 * both sides, and writes that go on meanwhile. Part of the local mode, not of the
 * service.
 */
@TestConfiguration(proxyBeanMethods = false)
@Profile("move")
public class LocalMove {

	@Bean
	SteadyWrites steadyWrites(JdbcClient jdbcClient) {
		return new SteadyWrites(jdbcClient);
	}

	/**
	 * The same query is always answered by the same side.
	 */
	@Bean
	MoveKeyResolver queryKeyResolver() {
		return () -> (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? attributes.getRequest().getParameter("q") : null;
	}

	@Bean
	RouterFunction<ServerResponse> localMoveRoutes(LocalRdsMove move, SteadyWrites writes) {
		// A page of another site cannot send JSON without being allowed to.
		return RouterFunctions.route()
			.GET("/api/move", (request) -> ServerResponse.ok().body(state(move, writes)))
			.POST("/api/move/writes", RequestPredicates.contentType(MediaType.APPLICATION_JSON), (request) -> {
				writes.restart();
				return ServerResponse.ok().body(state(move, writes));
			})
			.build();
	}

	private static State state(LocalRdsMove move, SteadyWrites writes) {
		return new State(address(move.source()), address(move.target()), writes.figures());
	}

	private static String address(LocalRdsMoveDatabase database) {
		return "%s:%d".formatted(database.address().host(), database.address().port());
	}

	/**
	 * State of the local mode.
	 *
	 * @param source address of the database that the data comes from
	 * @param target address of the database that it goes to
	 * @param writes what is written all the time
	 */
	record State(String source, String target, SteadyWrites.Figures writes) {

	}

}
