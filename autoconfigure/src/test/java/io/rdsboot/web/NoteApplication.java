package io.rdsboot.web;

import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.view.RedirectView;

/**
 * A plain web application: notes are posted, and read.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ NoteApplication.NoteController.class, NoteApplication.NoteService.class, NoteApplication.Reads.class })
class NoteApplication {

	static final String TABLE = "CREATE TABLE note (id bigint PRIMARY KEY, text text NOT NULL)";

	@RestController
	static class NoteController {

		private final NoteService notes;

		NoteController(NoteService notes) {
			this.notes = notes;
		}

		@PostMapping("/forms")
		RedirectView submit(@RequestParam long id) {
			this.notes.add(id);
			return new RedirectView("/notes/" + id);
		}

		@PostMapping("/notes")
		String post(@RequestParam long id) {
			this.notes.add(id);
			return "ok";
		}

		@GetMapping("/notes/{id}")
		ResponseEntity<String> note(@PathVariable long id) {
			return this.notes.contains(id) ? ResponseEntity.ok("note " + id)
					: ResponseEntity.status(HttpStatus.NOT_FOUND).body("Note not found");
		}

	}

	@Service
	static class NoteService {

		private final JdbcClient jdbc;

		NoteService(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		public void add(long id) {
			this.jdbc.sql("INSERT INTO note VALUES (?, 'text')").param(id).update();
		}

		@Transactional(readOnly = true)
		public boolean contains(long id) {
			return this.jdbc.sql("SELECT id FROM note WHERE id = ?").param(id).query(Long.class).optional().isPresent();
		}

	}

	/**
	 * Counts who serves the reads.
	 */
	static class Reads implements RoutingListener {

		final AtomicInteger byReaders = new AtomicInteger();

		final AtomicInteger byWriter = new AtomicInteger();

		@Override
		public void routed(RoutingDecision decision) {
			if (decision.reason() != RoutingReason.WRITE) {
				((decision.reason().role() == InstanceRole.READER) ? this.byReaders : this.byWriter).incrementAndGet();
			}
		}

	}

}
