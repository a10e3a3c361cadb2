//! Somebody who edits a cluster: cuts GPUs, gives tests a node of their own, takes things away, undoes, goes on to the lab.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sim_core::scenario::link::check_characters;
use tests::browser::{Page, Theme, journey};
use thirtyfour::Key;

fn place(rest: &str) -> String {
    let text = format!("p0?profile=uni-128{rest}");
    format!("lab/cluster/#{text}~{}", check_characters(&text))
}

/// Opens the editor, and all its cards.
pub async fn edited(page: &Page, rest: &str) -> Result<()> {
    page.open(&place(rest)).await?;
    page.until_there(".cl .thing").await?;
    Ok(())
}

/// Opens the card of a name on the tab that is shown.
async fn card(page: &Page, name: &str) -> Result<()> {
    let opened = page
        .js_with(
            "const card = [...document.querySelectorAll('.thing')].find((it) => it.querySelector('summary b').textContent === arguments[0]);
             if (!card) return false;
             card.open = true;
             return true;",
            vec![json!(name)],
        )
        .await?;
    ensure!(opened == json!(true), "there is no card {name}");
    Ok(())
}

/// Presses what is called so, in the open card of a name or anywhere.
async fn press(page: &Page, words: &str) -> Result<()> {
    let pressed = page
        .js_with(
            "const plain = (it) => it.textContent.replace(/\\s+/g, ' ').trim();
             const all = [...document.querySelectorAll('.cl button, .cl a')].filter((it) => it.checkVisibility());
             const it = all.find((it) => plain(it).startsWith(arguments[0]));
             if (!it) return false;
             it.click();
             return true;",
            vec![json!(words)],
        )
        .await?;
    ensure!(pressed == json!(true), "there is nothing called {words}");
    Ok(())
}

/// Writes into a field, by its id, as somebody who types and goes on.
async fn write(page: &Page, id: &str, text: &str) -> Result<()> {
    let written = page
        .js_with(
            "const it = document.getElementById(arguments[0]);
             if (!it) return false;
             if (it.type === 'checkbox') it.checked = !!arguments[1]; else it.value = arguments[1];
             it.dispatchEvent(new Event('change', { bubbles: true }));
             return true;",
            vec![json!(id), json!(text)],
        )
        .await?;
    ensure!(written == json!(true), "there is no field {id}");
    Ok(())
}

async fn differences(page: &Page) -> Result<Vec<String>> {
    let found = page
        .js("return [...document.querySelectorAll('.cl-list li > span')].map((it) => it.textContent.trim())")
        .await?;
    let list = found.as_array().context("a list")?;
    Ok(list
        .iter()
        .filter_map(Value::as_str)
        .map(|it| it.replace('\u{a0}', " "))
        .collect())
}

#[test]
fn a_cluster_is_divided_anew_undone_in_part_and_taken_to_the_lab() {
    journey(async |page| {
        edited(page, "").await?;
        card(page, "h200-cut").await?;
        write(page, "cut-1-0-gpus", "8").await?;
        let total = page
            .text("return document.querySelector('.cl-dock').textContent")
            .await?;
        ensure!(total.contains("16\u{a0}slices"), "{total}");
        card(page, "v100").await?;
        press(page, "Split one node off v100").await?;
        press(page, "New partition on these nodes v100-2").await?;
        page.until_there("#tab-partitions[aria-selected=true]").await?;
        write(page, "partitions-5-name", "tests").await?;
        write(page, "partitions-5-max-time", "30m").await?;
        write(page, "partitions-5-meant-for", "tests").await?;
        for partition in [0, 1] {
            write(page, &format!("cover-{partition}-5"), "").await?;
        }
        press(page, "Machine").await?;
        card(page, "v100-sessions").await?;
        press(page, "Remove v100-sessions").await?;
        let gone = differences(page).await?;
        ensure!(
            gone.iter().any(|it| it == "Nodes v100-sessions is gone"),
            "{gone:?}"
        );
        press(page, "Undo").await?;
        let left = differences(page).await?;
        ensure!(
            left == [
                "Nodes h200-cut: cut into slices 8: 2x3g.71gb, was 6: 2x3g.71gb",
                "Nodes v100: nodes 5, was 6",
                "Nodes v100-2 is new",
                "Partition tests is new",
            ],
            "{left:?}"
        );
        let said = page
            .text("return document.getElementById('cl-said').textContent")
            .await?;
        ensure!(said.starts_with("Undone: Nodes v100-sessions is gone"), "{said}");
        let link = page.text("return location.hash").await?;
        ensure!(link.contains("&.partitions.tests=new"), "{link}");
        press(page, "Try it in the lab").await?;
        page.until_there(".lab-live .lab-title").await?;
        let rebuilt = page
            .until(
                "the lab says what is changed in the cluster",
                "const said = document.querySelector('.lab-rebuilt')?.textContent; return said && said.includes('tests') ? said : null",
            )
            .await?;
        ensure!(
            rebuilt.as_str().is_some_and(|it| it.contains("v100-2")),
            "{rebuilt}"
        );
        let back = page
            .text("return document.querySelector('.lab-place a[href^=\"cluster/\"]').getAttribute('href')")
            .await?;
        ensure!(back.contains("&.partitions.tests=new"), "{back}");
        Ok(())
    });
}

#[test]
fn a_link_opens_as_what_it_says_and_the_address_follows_each_step() {
    journey(async |page| {
        edited(page, "&.partitions.owner-short=-&cap=8gpu").await?;
        let all = differences(page).await?;
        ensure!(
            all == [
                "Partition owner-short is gone",
                "QOS normal: one person may hold 8 GPUs, was 16 GPUs"
            ],
            "{all:?}"
        );
        press(page, "undo: Partition owner-short is gone").await?;
        let link = page.text("return location.hash").await?;
        ensure!(link.starts_with("#p0?profile=uni-128&cap=8gpu~"), "{link}");
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn what_others_need_is_asked_about_before_it_goes() {
    journey(async |page| {
        edited(page, "").await?;
        card(page, "bought").await?;
        press(page, "Remove bought").await?;
        let asked = page
            .text("return document.querySelector('#ask').textContent")
            .await?;
        ensure!(asked.contains("Partition owner is on no other nodes"), "{asked}");
        let (_, name) = page.focused().await?;
        ensure!(
            name.contains("If bought goes"),
            "the question has no focus: {name}"
        );
        press(page, "Remove bought and owner").await?;
        let all = differences(page).await?;
        ensure!(all.len() == 3 && all[0] == "Nodes bought is gone", "{all:?}");
        Ok(())
    });
}

#[test]
fn by_keyboard_alone_a_limit_is_mistyped_mended_and_undone() {
    journey(async |page| {
        edited(page, "").await?;
        page.js("document.getElementById('tab-nodes').focus()").await?;
        for _ in 0..2 {
            page.press(Key::Right.value().to_string()).await?;
        }
        page.until_there("#tab-qos[aria-selected=true]").await?;
        page.press(Key::Tab.value().to_string()).await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.js("document.getElementById('qos-0-limits-max-tres-pu').select()")
            .await?;
        page.js("document.getElementById('qos-0-limits-max-tres-pu').focus()")
            .await?;
        page.press(format!("some{}", Key::Tab.value())).await?;
        let wrong = page
            .text("return document.getElementById('qos-0-limits-max-tres-pu-n').textContent")
            .await?;
        ensure!(wrong.contains("write a number of GPUs"), "{wrong}");
        let stays = page
            .js("return [document.getElementById('qos-0-limits-max-tres-pu').value, !!document.getElementById('to-lab'),
                         document.activeElement.id]")
            .await?;
        ensure!(
            stays == json!(["some", false, "qos-0-limits-max-tres-pa"]),
            "{stays}"
        );
        page.js("const it = document.getElementById('qos-0-limits-max-tres-pu'); it.focus(); it.select()")
            .await?;
        page.press(format!("8{}", Key::Enter.value())).await?;
        let all = differences(page).await?;
        ensure!(
            all == ["QOS normal: one person may hold 8 GPUs, was 16 GPUs"],
            "{all:?}"
        );
        page.js("document.getElementById('tab-qos').focus()").await?;
        page.press_with(&[Key::Control], 'z').await?;
        ensure!(
            differences(page).await?.is_empty(),
            "the keys of the lab undo here too"
        );
        page.press_with(&[Key::Control], 'y').await?;
        ensure!(differences(page).await?.len() == 1, "and do it again");
        Ok(())
    });
}

#[test]
fn a_list_that_is_walked_by_keys_is_taken_once_and_not_at_every_choice() {
    journey(async |page| {
        edited(page, "").await?;
        page.js("document.getElementById('tab-partitions').click()")
            .await?;
        card(page, "normal").await?;
        let list = page
            .text("const it = [...document.querySelectorAll('.thing[open] select')].find((it) => it.options.length > 2 && it.selectedIndex === 0);
                   it.focus(); return it.id")
            .await?;
        let other = |by: &str| format!("return document.getElementById('{list}').selectedIndex === {by}");
        for at in ["1", "2"] {
            page.press(Key::Down.value().to_string()).await?;
            page.until("the next choice", &other(at)).await?;
            let early = differences(page).await?;
            ensure!(early.is_empty(), "taken on the way: {early:?}");
        }
        page.press(Key::Tab.value().to_string()).await?;
        page.until(
            "the choice is taken",
            "return document.querySelectorAll('.cl-list li > span').length === 1",
        )
        .await?;
        let chosen = page.js(&other("2")).await?;
        ensure!(chosen == json!(true), "another choice was taken");
        page.js(&format!("document.getElementById('{list}').focus()"))
            .await?;
        page.press(Key::Up.value().to_string()).await?;
        page.press(Key::Up.value().to_string()).await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "all is as before",
            "return document.querySelectorAll('.cl-list li > span').length === 0",
        )
        .await?;
        Ok(())
    });
}

#[test]
fn a_phone_has_one_thing_at_a_time_and_nothing_runs_over() {
    journey(async |page| {
        page.screen(320, 640, Theme::Light).await?;
        edited(page, "").await?;
        for tab in ["nodes", "partitions", "qos", "groups", "reservations"] {
            page.js_with(
                "document.getElementById(arguments[0]).click()",
                vec![json!(format!("tab-{tab}"))],
            )
            .await?;
            page.js("for (const it of document.querySelectorAll('.cl details')) it.open = true")
                .await?;
            let over = page
                .js("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .await?;
            ensure!(over == json!(0), "{tab} runs over by {over}");
        }
        Ok(())
    });
}
