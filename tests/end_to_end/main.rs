//! The built page in real browsers, driven only by its contract (`data-lab`, the
//! report, the address) and by what a person can see and press.
//!
//! `cargo lab test` builds the page and names its folder in `FIB_LAB_SITE`; the tests
//! of each browser stand in a module of its name.
#![cfg(not(target_arch = "wasm32"))]

mod access;
mod any_file;
mod any_host;
mod any_run;
#[path = "../../src/exhibits/better_algorithm/end_to_end.rs"]
mod better_algorithm;
#[path = "../../src/exhibits/c_extension/end_to_end.rs"]
mod c_extension;
mod class;
mod devices;
mod editor;
mod faults;
#[path = "../../src/exhibits/fork_join/end_to_end.rs"]
mod fork_join;
mod frames;
mod gaps;
#[path = "../../src/exhibits/gil/end_to_end.rs"]
mod gil;
#[path = "../../src/exhibits/honesty/end_to_end.rs"]
mod honesty;
mod hosts;
mod lanes;
mod locks;
mod markup;
#[path = "../../src/exhibits/message_ring/end_to_end.rs"]
mod message_ring;
#[path = "../../src/exhibits/models/end_to_end.rs"]
mod models;
#[path = "../files/mutate.rs"]
mod mutate;
mod notebook;
mod pages;
#[path = "../../src/exhibits/parent_children/end_to_end.rs"]
mod parent_children;
mod peers_sources;
#[path = "../../src/exhibits/playground/end_to_end.rs"]
mod playground;
mod python;
mod python_ends;
mod python_limits;
mod python_peers;
mod python_processes;
mod python_shelf;
mod python_threads;
mod python_ways;
mod quiz;
mod reports;
mod runs;
#[path = "../files/seeds.rs"]
mod seeds;
mod service_worker;
#[path = "../../src/exhibits/shared_counter/end_to_end.rs"]
mod shared_counter;
#[path = "../../src/exhibits/speed_up/end_to_end.rs"]
mod speed_up;
mod start_up;
mod transfer_size;
mod translation;
mod visit;
mod visits;
mod windows;
mod workers;

use std::io::Write;

use fib_lab::host::browser::{Kind, Settings};
use fib_lab::host::soak::share::Share;

/// Notes that a test is tried once more, where `cargo lab test` reads it: libtest shows
/// nothing of what a passing test prints.
fn note_retry(name: &str, why: &anyhow::Error) {
    let line = format!("{name}: {}", format!("{why:#}").replace('\n', " "));
    eprintln!("tried once more: {line}");
    let Some(file) = std::env::var_os("FIB_LAB_RETRIES") else { return };
    let noted = std::fs::OpenOptions::new().append(true).create(true).open(file);
    let noted = noted.and_then(|mut file| writeln!(file, "{line}"));
    noted.expect("the file for retries can be written");
}

/// Makes a test of each function, in the module of the browser.
macro_rules! in_browser {
    ($name:ident, $settings:expr, [$($file:ident :: $case:ident),* $(,)?]) => {
        mod $name {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    // A shared machine can starve a browser for seconds: what fails is
                    // tried once more, and said.
                    let Err(first) = $file::$case($settings).await else { return };
                    note_retry(concat!(stringify!($name), "::", stringify!($case)), &first);
                    if let Err(second) = $file::$case($settings).await {
                        panic!("it failed twice: {first:#}; then: {second:#}");
                    }
                }
            )*
        }
    };
}

/// Makes a long form of a net of each function, for `cargo lab soak`. Cases that fail are
/// noted one by one.
macro_rules! in_soak {
    ($name:ident, $settings:expr, [$($file:ident :: $case:ident),* $(,)?]) => {
        mod $name {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "cargo lab soak runs it"]
                async fn $case() {
                    let share = Share::asked().expect("cargo lab soak starts this");
                    $file::$case($settings, &share).await.expect("the net can be cast");
                }
            )*
        }
    };
}

in_browser!(
    chromium,
    Settings::new(Kind::Chromium),
    [
        runs::the_chapters_list_is_answered_exactly_by_threads,
        runs::the_control_for_workers_changes_how_many_run,
        runs::stop_answers_at_once_and_the_next_run_is_right,
        runs::a_nonsense_address_is_said_and_the_page_is_usable,
        runs::the_page_reads_without_script,
        better_algorithm::a_better_algorithm_beats_the_pool,
        better_algorithm::sixty_four_workers_end_in_their_time,
        playground::a_schedule_by_hand_is_solved_and_run_exactly_so,
        playground::a_puzzle_is_solved_by_dragging,
        speed_up::the_front_page_races_one_worker_against_all,
        speed_up::the_curve_has_its_points_with_threads_and_with_processes,
        speed_up::without_isolation_the_race_says_what_runs_instead,
        speed_up::sixty_four_workers_take_fewer_points_and_say_so,
        speed_up::one_task_splits_itself_on_every_number_of_workers,
        runs::a_run_is_made_and_stopped_by_keyboard_alone,
        runs::scripts_are_told_the_state_of_the_last_thing_asked_for,
        pages::old_addresses_lead_to_the_same_run,
        pages::a_wrong_name_is_said_on_the_page,
        pages::a_run_that_an_address_starts_is_seen,
        pages::a_figure_can_stand_alone,
        pages::no_page_is_wider_than_the_window,
        pages::every_page_prints,
        pages::nothing_moves_while_the_front_page_comes_up,
        python::the_lessons_programs_run_with_right_answers,
        python_processes::processes_are_processes,
        python_ends::a_deadlock_of_processes_is_named,
        python_ends::a_program_can_be_stopped_interrupted_and_asked,
        python_ends::what_waits_can_be_interrupted,
        python_ends::what_runs_away_ends_and_the_page_goes_on,
        python_threads::threads_take_turns_under_the_lock,
        python_shelf::the_next_visit_starts_where_this_one_came_to,
        python_ways::five_programs_wait_on_stacks_set_aside,
        python_ways::five_programs_wait_for_the_service_worker,
        python_ways::a_wait_may_be_longer_than_a_request_is_held,
        python_processes::files_of_one_process_are_seen_by_others,
        python_peers::tests_of_others_pass,
        python_processes::what_others_tests_found_is_mended,
        python_limits::a_program_reaches_its_own_process_only,
        python_limits::python_that_cannot_run_says_why,
        python_limits::an_address_runs_no_program,
        editor::the_text_area_becomes_an_editor_with_python,
        editor::an_address_carries_a_program_and_never_runs_it,
        editor::a_broken_program_is_mended_and_answers_as_rust_does,
        editor::a_pool_in_cpython_is_compared_by_the_labs_protocol,
        notebook::runs_are_kept_named_compared_and_deleted,
        notebook::a_saved_notebook_opens_elsewhere,
        class::many_files_of_a_class_become_one_picture,
        class::two_hundred_files_do_not_block_the_page,
        quiz::the_quiz_is_answered_before_and_after,
        translation::a_translated_page_goes_on_working,
        notebook::runs_of_others_open_one_by_one_and_take_nothing_of_ones_own,
        notebook::what_another_window_solves_or_forgets_holds_here_too,
        notebook::start_afresh_forgets_all_of_the_lab_and_nothing_else,
        notebook::full_or_forbidden_storage_is_said_and_breaks_nothing,
        notebook::an_exercise_is_checked_against_ones_own_run,
        notebook::the_machine_card_says_what_is_known,
        notebook::colours_and_large_type_are_a_choice,
        notebook::nothing_is_wider_than_the_window,
        notebook::print_is_a_worksheet,
        reports::the_figures_of_a_run_add_up,
        reports::every_assignment_gives_the_same_answers,
        reports::a_prediction_is_kept_and_scored,
        reports::a_saved_report_opens_as_it_was,
        any_file::any_file_is_shown_or_refused_in_words,
        any_host::any_host_is_ready_or_says_why,
        any_run::any_run_ends_complete_or_refused,
        reports::a_file_that_is_opened_while_a_run_is_on_leaves_it,
        reports::a_recorded_run_is_covered_until_the_visitor_wants_to_see_it,
        reports::whoever_has_guessed_and_run_may_look,
        reports::one_picture_is_open_and_folds_stay_as_they_were_left,
        reports::the_replay_goes_by_keyboard,
        reports::no_replay_takes_a_core_from_a_run,
        honesty::the_honesty_checks_run_through_the_same_conductor,
        honesty::a_program_meets_itself_across_builds_and_fresh_starts,
        runs::a_run_over_fresh_starts_has_the_start_as_its_unit,
        gil::threads_under_one_lock_take_turns,
        gil::threads_that_wait_outside_do_it_together,
        gil::what_threads_wait_for_outside_comes_from_the_host,
        gil::a_waiter_waits_for_the_switch_interval,
        c_extension::native_work_without_the_lock_overlaps,
        c_extension::long_native_work_ends_in_its_time,
        shared_counter::all_ways_count_within_what_is_possible,
        shared_counter::workers_with_a_core_each_lose_counts,
        shared_counter::the_visitor_is_the_scheduler,
        models::what_no_model_could_do_in_a_minute_is_refused,
        models::every_model_does_the_list_or_says_why_not,
        fork_join::a_task_splits_itself_and_every_answer_is_right,
        fork_join::halves_change_hands_and_the_cut_off_is_swept,
        fork_join::a_worker_that_dies_ends_in_a_sentence,
        fork_join::stop_in_the_middle_leaves_a_page_that_runs_again,
        parent_children::children_live_side_by_side_or_one_by_one,
        parent_children::a_child_that_dies_is_reported_and_the_others_finish,
        parent_children::children_whose_requests_begin_to_fail_are_named,
        message_ring::the_token_goes_round_and_the_bytes_to_and_fro,
        message_ring::a_deadlock_is_seen_and_drawn,
        locks::a_lock_needs_threads_and_says_so,
        hosts::the_headers_of_a_host_are_enough,
        hosts::a_service_worker_isolates_a_host_without_headers,
        hosts::after_the_first_visit_the_page_works_offline,
        hosts::a_new_version_replaces_the_old_one,
        hosts::a_service_worker_that_cannot_be_had_makes_no_loop,
        hosts::nothing_is_inline_and_nothing_leaves_the_origin,
        hosts::a_page_of_another_site_can_frame_it,
        hosts::a_server_that_is_gone_is_not_a_new_page,
        start_up::a_page_that_does_not_start_says_why,
        start_up::a_page_that_is_cut_in_its_first_script_says_so,
        start_up::a_page_that_cannot_start_here_says_why,
        start_up::a_page_that_breaks_down_says_so,
        service_worker::a_file_that_never_comes_holds_no_visit_up,
        service_worker::once_installed_a_host_that_fails_is_not_missed,
        service_worker::copies_of_the_lab_leave_each_other_alone,
        service_worker::a_slow_line_leads_to_threads_as_well,
        frames::a_frame_runs_what_can_run_there,
        frames::a_sandboxed_frame_of_a_plain_host_says_why,
        frames::what_embed_gives_runs_in_another_page,
        frames::arrow_keys_go_on_to_the_slide,
        workers::twenty_stops_in_a_row_leave_no_worker,
        workers::no_worker_outlives_its_run,
        workers::blocks_that_ran_while_the_page_was_hidden_are_marked,
        gaps::a_page_that_is_hidden_while_its_engines_load_is_marked,
        gaps::a_computer_that_sleeps_loses_no_run,
        windows::windows_do_not_measure_each_other,
        windows::without_locks_a_run_begins_at_once,
        devices::one_claimed_core_or_very_many_make_sense,
        faults::a_missing_engine_ends_in_a_sentence,
        faults::a_missing_boot_file_ends_in_a_sentence,
        faults::a_truncated_engine_ends_in_a_sentence,
        faults::a_truncated_threaded_engine_leads_to_processes,
        faults::a_pool_that_never_starts_leads_to_processes,
        faults::a_trap_in_a_worker_ends_in_a_sentence,
        faults::a_worker_that_never_answers_ends_in_a_sentence,
        faults::a_page_program_that_does_not_load_leaves_the_lesson,
        faults::without_workers_the_page_itself_runs_the_serial_program,
        access::no_page_has_barriers_at_rest,
        access::no_exhibit_has_barriers_while_it_runs_or_afterwards,
        transfer_size::a_first_visit_to_any_page_is_small,
    ]
);

in_browser!(
    firefox,
    Settings::new(Kind::Firefox),
    [
        runs::the_chapters_list_is_answered_exactly_by_threads,
        runs::stop_answers_at_once_and_the_next_run_is_right,
        better_algorithm::a_better_algorithm_beats_the_pool,
        playground::a_schedule_by_hand_is_solved_and_run_exactly_so,
        playground::a_puzzle_is_solved_by_dragging,
        speed_up::the_front_page_races_one_worker_against_all,
        speed_up::the_curve_has_its_points_with_threads_and_with_processes,
        speed_up::one_task_splits_itself_on_every_number_of_workers,
        notebook::runs_are_kept_named_compared_and_deleted,
        gil::threads_under_one_lock_take_turns,
        gil::threads_that_wait_outside_do_it_together,
        gil::a_waiter_waits_for_the_switch_interval,
        c_extension::native_work_without_the_lock_overlaps,
        shared_counter::all_ways_count_within_what_is_possible,
        shared_counter::workers_with_a_core_each_lose_counts,
        shared_counter::the_visitor_is_the_scheduler,
        models::every_model_does_the_list_or_says_why_not,
        fork_join::a_task_splits_itself_and_every_answer_is_right,
        parent_children::children_live_side_by_side_or_one_by_one,
        parent_children::a_child_that_dies_is_reported_and_the_others_finish,
        message_ring::the_token_goes_round_and_the_bytes_to_and_fro,
        message_ring::a_deadlock_is_seen_and_drawn,
        hosts::a_service_worker_isolates_a_host_without_headers,
        hosts::nothing_is_inline_and_nothing_leaves_the_origin,
        service_worker::a_file_that_never_comes_holds_no_visit_up,
        frames::a_frame_runs_what_can_run_there,
        frames::what_embed_gives_runs_in_another_page,
        frames::arrow_keys_go_on_to_the_slide,
        faults::a_missing_engine_ends_in_a_sentence,
        faults::a_truncated_threaded_engine_leads_to_processes,
        faults::a_pool_that_never_starts_leads_to_processes,
        faults::a_trap_in_a_worker_ends_in_a_sentence,
        faults::a_worker_that_never_answers_ends_in_a_sentence,
        python_ways::five_programs_wait_in_shared_memory,
        python_ways::five_programs_wait_for_the_service_worker,
        access::the_page_has_no_barriers_after_a_run,
        any_run::a_few_runs_end_complete_or_refused,
        devices::a_default_run_completes_on_a_clock_of_sixteen_milliseconds,
    ]
);

in_browser!(
    webkit,
    Settings::new(Kind::Webkit),
    [
        runs::the_chapters_list_is_answered_exactly_by_threads,
        runs::stop_answers_at_once_and_the_next_run_is_right,
        better_algorithm::a_better_algorithm_beats_the_pool,
        speed_up::the_front_page_races_one_worker_against_all,
        speed_up::the_curve_has_its_points_with_threads_and_with_processes,
        speed_up::one_task_splits_itself_on_every_number_of_workers,
        notebook::runs_are_kept_named_compared_and_deleted,
        gil::threads_under_one_lock_take_turns,
        gil::threads_that_wait_outside_do_it_together,
        gil::a_waiter_waits_for_the_switch_interval,
        c_extension::native_work_without_the_lock_overlaps,
        shared_counter::all_ways_count_within_what_is_possible,
        shared_counter::workers_with_a_core_each_lose_counts,
        shared_counter::the_visitor_is_the_scheduler,
        models::every_model_does_the_list_or_says_why_not,
        fork_join::a_task_splits_itself_and_every_answer_is_right,
        parent_children::children_live_side_by_side_or_one_by_one,
        parent_children::a_child_that_dies_is_reported_and_the_others_finish,
        message_ring::the_token_goes_round_and_the_bytes_to_and_fro,
        message_ring::a_deadlock_is_seen_and_drawn,
        hosts::a_service_worker_isolates_a_host_without_headers,
        hosts::nothing_is_inline_and_nothing_leaves_the_origin,
        faults::a_missing_engine_ends_in_a_sentence,
        faults::a_truncated_threaded_engine_leads_to_processes,
        faults::a_pool_that_never_starts_leads_to_processes,
        faults::a_trap_in_a_worker_ends_in_a_sentence,
        faults::a_worker_that_never_answers_ends_in_a_sentence,
        python_ways::five_programs_wait_in_shared_memory,
        access::the_page_has_no_barriers_after_a_run,
        any_run::a_few_runs_end_complete_or_refused,
    ]
);

// WebKitGTK as it comes: a real browser that hides shared memory even where it is isolated.
in_browser!(
    webkit_without_shared_memory,
    Settings { shared_memory: false, ..Settings::new(Kind::Webkit) },
    [
        hosts::hidden_shared_memory_leads_to_processes,
        locks::without_shared_memory_the_recorded_run_shows,
        shared_counter::the_visitor_is_the_scheduler,
        models::every_model_does_the_list_or_says_why_not,
        message_ring::a_deadlock_is_seen_and_drawn,
        runs::stop_answers_at_once_and_the_next_run_is_right,
        runs::a_nonsense_address_is_said_and_the_page_is_usable,
        faults::a_trap_in_a_worker_ends_in_a_sentence,
        python_ways::without_shared_memory_and_stacks_the_service_worker_holds,
    ]
);

in_soak!(
    chromium_soak,
    Settings::new(Kind::Chromium),
    [
        any_file::any_file,
        any_host::any_host,
        any_run::any_run,
        message_ring::deadlocks,
        parent_children::slow_children,
        visits::visits,
        fork_join::joins,
        python_ways::python_ways,
        python_peers::python_peers,
    ]
);
in_soak!(
    firefox_soak,
    Settings::new(Kind::Firefox),
    [
        any_host::any_host,
        any_run::any_run,
        fork_join::joins,
        message_ring::deadlocks,
        visits::visits
    ]
);
in_soak!(
    webkit_soak,
    Settings::new(Kind::Webkit),
    [
        any_host::any_host,
        any_run::any_run,
        fork_join::joins,
        visits::visits,
        python_ways::python_ways
    ]
);
