package io.rdsboot.benchmarks.http;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.view.RedirectView;

/**
 * A plain web application: notes are posted, by a form or with a short text as the
 * answer, and read. Thread-safe.
 */
@RestController
class NoteController {

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
