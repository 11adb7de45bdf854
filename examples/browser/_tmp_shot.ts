import {writeFileSync} from 'node:fs';
import {openFiles} from '/work/main/test/browser/open_page';
import {buildPage} from '/work/main/examples/browser/build';
(async()=>{
 const files=await buildPage(); console.log('bytes', files.get('/script.js')!.length);
 const {page,errors,close}=await openFiles(files);
 const url=page.url();
 page.on('console',m=>console.log('console',m.type(),m.text().slice(0,200)));
 await page.setViewportSize({width:1280,height:900});
 await page.goto(url+(process.argv[2]??''));
 await page.waitForFunction(()=>document.getElementById('status')!.textContent==='Ready.',null,{timeout:120000});
 const t=Date.now();
 await page.click('#train');
 await page.waitForFunction(()=>/^(Done|It has|Stopped)/.test(document.getElementById('status')!.textContent!),null,{timeout:240000});
 console.log('train s',(Date.now()-t)/1000);
 if(process.argv[3]){await page.selectOption('#work',process.argv[3]);await page.click('#measure');await page.waitForFunction(()=>document.getElementById('measure')!.textContent==='Measure',null,{timeout:240000});}
 for(const id of ['status','loss-text','accuracy-text','calibration-text','reliability-text','vanishing-text','wrong-text','right-text','speed-text','our-code']) console.log(id, await page.textContent('#'+id));
 await page.screenshot({path:'/tmp/shot1280.png',fullPage:true});
 await page.setViewportSize({width:390,height:844});
 await page.waitForTimeout(500);
 await page.screenshot({path:'/tmp/shot390.png',fullPage:true});
 console.log('overflow', await page.evaluate(()=>document.documentElement.scrollWidth));
 await page.emulateMedia({colorScheme:'dark'});
 await page.setViewportSize({width:1280,height:900});await page.waitForTimeout(500);
 await page.screenshot({path:'/tmp/shotdark.png',fullPage:true});
 console.log('errors',errors); await close();
})().catch(e=>{console.error(e);process.exit(1)});
