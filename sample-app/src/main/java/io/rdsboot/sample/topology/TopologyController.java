package io.rdsboot.sample.topology;

import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.TopologyProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST interface that shows the cluster.
 */
@RestController
class TopologyController {

	private final TopologyProvider topologyProvider;

	TopologyController(TopologyProvider topologyProvider) {
		this.topologyProvider = topologyProvider;
	}

	@GetMapping("/api/topology")
	List<Instance> topology() {
		return this.topologyProvider.topology().instances().stream().map(Instance::of).toList();
	}

	/**
	 * Instance of the cluster.
	 *
	 * @param name its name
	 * @param host its host
	 * @param port its port
	 * @param role its role
	 * @param reachable whether it could be reached last
	 * @param lag how old its data were when it was last asked, in milliseconds;
	 * {@code null} while that is not known
	 */
	record Instance(String name, String host, int port, InstanceRole role, boolean reachable, @Nullable Long lag) {

		static Instance of(InstanceState state) {
			return new Instance(state.instance().name(), state.instance().address().host(),
					state.instance().address().port(), state.role(), state.reachable(), lag(state.progress()));
		}

		private static @Nullable Long lag(@Nullable LogProgress progress) {
			Duration lag = (progress != null) ? progress.lag() : null;
			return (lag != null) ? lag.toMillis() : null;
		}

	}

}
